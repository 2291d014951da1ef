#include "metrics/rules/rule.h"

#include <algorithm>
#include <bit>
#include <exception>
#include <iterator>
#include <set>
#include <utility>

#include "metrics/base/timer.h"
#include "metrics/rules/alerting_rule.h"
#include "metrics/rules/recording_rule.h"

namespace orchestrator_exporter::rules {

std::unique_ptr<Rule> Rule::make(std::shared_ptr<const RuleDefinition> definition,
                                 const RuleSettings& settings) {
  if (definition->kind == RuleDefinition::Kind::kRecording) {
    return std::make_unique<RecordingRule>(std::move(definition), settings);
  }
  return std::make_unique<AlertingRule>(std::move(definition), settings);
}

promql::QueryResult Rule::ask(const std::string& query, Time time) const {
  return settings_.engine.instant(*settings_.history, query, time);
}

std::vector<Rule::Element> Rule::elements(Time time, RuleWork& work) const {
  const promql::QueryResult result = ask(definition_->query, time);
  work.seenSamples += result.statistics.seenSamples;
  std::vector<Element> all;
  if (result.type == promql::ValueType::kScalar) {
    all.push_back({{}, result.scalar.value});
  } else if (result.type == promql::ValueType::kVector) {
    for (const promql::ResultSeries& series : result.series) {
      if (!series.points.empty()) {
        all.push_back({*series.labels, series.points.front().value});
      } else {
        all.push_back({*series.labels, 0, series.histograms.at(0).histogram});
      }
    }
  } else {
    throw std::runtime_error("rule result is not a vector or scalar");
  }
  return all;
}

bool Rule::evaluate(const Evaluation& at) {
  Timer timer;
  std::string error;
  RuleWork work;
  try {
    std::vector<RuleSample> samples = samplesOf(elements(at.time - at.offset.count(), work), at);
    work.givenSamples = samples.size();
    write(std::move(samples), at.time - at.offset.count());
  } catch (const std::exception& failure) {
    error = failure.what();
  }
  if (error.empty()) tell(at);
  const std::lock_guard lock(mutex_);
  status_.health = error.empty() ? RuleHealth::kOk : RuleHealth::kFailed;
  status_.lastError = error;
  status_.took = timer.stop();
  status_.work.seenSamples += work.seenSamples;
  status_.work.givenSamples += work.givenSamples;
  status_.work.took += status_.took;
  status_.lastEvaluation = std::chrono::system_clock::time_point(Milliseconds(at.time));
  return error.empty();
}

std::vector<LabelSet> Rule::ended(const std::vector<RuleSample>& samples) const {
  // Mostly it gives the same series again, in the same order.
  if (std::ranges::equal(samples, series_, {}, &RuleSample::labels)) return {};
  std::set<LabelSet> given;
  for (const RuleSample& sample : samples) given.insert(sample.labels);
  std::vector<LabelSet> ended;
  std::ranges::copy_if(series_, std::back_inserter(ended),
                       [&](const LabelSet& labels) { return !given.contains(labels); });
  return ended;
}

void Rule::write(std::vector<RuleSample> samples, Time time) {
  const std::vector<LabelSet> ended = this->ended(samples);
  series_.clear();
  for (const RuleSample& sample : samples) series_.push_back(sample.labels);
  for (const LabelSet& labels : ended) {
    samples.push_back({labels, time, std::bit_cast<double>(kStaleBits)});
  }
  if (!samples.empty()) settings_.write(std::move(samples));
}

RuleStatus Rule::status(StatusDetail) const {
  const std::lock_guard lock(mutex_);
  RuleStatus status = status_;
  status.definition = definition_;
  return status;
}

void Rule::takeOver(Rule& before) {
  series_ = std::move(before.series_);
  const std::scoped_lock lock(mutex_, before.mutex_);
  status_ = before.status_;
}

std::vector<LabelSet> Rule::end(Time) { return std::exchange(series_, {}); }

}  // namespace orchestrator_exporter::rules
