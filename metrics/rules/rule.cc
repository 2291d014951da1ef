#include "metrics/rules/rule.h"

#include <bit>
#include <exception>

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
    const std::vector<RuleSample> samples =
        samplesOf(elements(at.time - at.offset.count(), work), at);
    write(samples, at.time - at.offset.count());
    work.givenSamples = samples.size();
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

void Rule::write(const std::vector<RuleSample>& samples, Time time) {
  std::set<LabelSet> given;
  for (const RuleSample& sample : samples) given.insert(sample.labels);
  std::vector<RuleSample> all = samples;
  for (const LabelSet& labels : series_) {
    if (!given.contains(labels)) {
      all.push_back({labels, time, std::bit_cast<double>(kStaleBits)});
    }
  }
  series_ = std::move(given);
  if (!all.empty()) settings_.write(all);
}

RuleStatus Rule::status() const {
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

std::set<LabelSet> Rule::end(Time) { return std::move(series_); }

}  // namespace orchestrator_exporter::rules
