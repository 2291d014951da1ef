#include "metrics/rules/testing/test_run.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "metrics/promql/syntax/duration.h"
#include "metrics/promql/syntax/literals.h"
#include "metrics/rules/group.h"
#include "metrics/rules/testing/scripted_history.h"
#include "metrics/rules/testing/series_notation.h"
#include "metrics/rules/testing/test_texts.h"

namespace orchestrator_exporter::rules {

namespace {

TextPairs byName(TextPairs pairs) {
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

class TestRun {
 public:
  TestRun(const RuleTestFile& file, const RuleTest& test,
          const std::vector<GroupDefinition>& groups, const promql::EngineOptions& options)
      : file_(file), test_(test), interval_(file.evaluationInterval) {
    if (interval_.count() == 0) interval_ = std::chrono::minutes(1);
    settings_.history = std::shared_ptr<const History>(std::shared_ptr<void>(), &history_);
    settings_.engine = promql::Engine(options);
    settings_.write = [this](const std::vector<RuleSample>& samples) {
      for (const RuleSample& sample : samples) history_.add(sample);
    };
    settings_.externalLabels = LabelSet(test.externalLabels);
    settings_.externalUrl = test.externalUrl;
    settings_.interval = interval_;
    settings_.restores = false;
    for (const GroupDefinition& group : groups) {
      groups_.push_back(
          std::make_unique<Group>(std::make_shared<const GroupDefinition>(group), settings_, 0));
    }
  }

  std::vector<std::string> run() {
    for (const AlertCheck& check : test_.alertChecks) {
      if (!check.alertName.empty()) continue;
      return {"an item under alert_rule_test misses required attribute alertname at eval_time " +
              promql::printDuration(check.time.count())};
    }
    try {
      const Milliseconds interval = test_.interval.count() > 0 ? test_.interval : interval_;
      for (const InputSeries& input : test_.input) {
        history_.script(parseSeriesLabels(input.series), parseSeriesValues(input.values), interval);
      }
    } catch (const std::runtime_error& error) {
      return {error.what()};
    }
    for (Time now = 0; now <= test_.end().count(); now += interval_.count()) {
      history_.advance(now);
      for (const auto& group : groups_) group->evaluate(now);
      if (!noteFailedRules(now)) return failures_;
      checkAlerts(now);
    }
    for (const QueryCheck& check : test_.queryChecks) checkQuery(check);
    return failures_;
  }

 private:
  // False if one failed, which fails the whole test.
  bool noteFailedRules(Time now) {
    const std::size_t before = failures_.size();
    for (const auto& group : groups_) {
      for (const RuleStatus& rule : group->status().rules) {
        if (rule.health != RuleHealth::kFailed) continue;
        failures_.push_back("    rule: " + rule.definition->name + ", time: " +
                            goDuration(Milliseconds(now)) + ", err: " + rule.lastError);
      }
    }
    return failures_.size() == before;
  }

  // Those whose time is before the next evaluation.
  void checkAlerts(Time now) {
    std::vector<const AlertCheck*> due;
    for (const AlertCheck& check : test_.alertChecks) {
      const Time time = check.time.count();
      if (time >= now && time < now + interval_.count()) due.push_back(&check);
    }
    std::stable_sort(due.begin(), due.end(),
                     [](const AlertCheck* a, const AlertCheck* b) { return a->time < b->time; });
    for (const AlertCheck* check : due) checkAlert(*check);
  }

  void checkAlert(const AlertCheck& check) {
    std::vector<ShownAlert> got;
    for (const auto& group : groups_) {
      for (const RuleStatus& rule : group->status().rules) {
        if (rule.definition->name != check.alertName) continue;
        for (const Alert& alert : rule.alerts) {
          if (alert.state != AlertState::kFiring) continue;
          got.push_back({alert.labels, byName(*alert.annotations)});
        }
      }
    }
    std::vector<ShownAlert> expected;
    for (const ExpectedAlert& alert : check.alerts) {
      LabelSet labels(alert.labels);
      labels.set("alertname", check.alertName);
      expected.push_back({std::move(labels), byName(alert.annotations)});
    }
    std::sort(got.begin(), got.end());
    std::sort(expected.begin(), expected.end());
    if (got == expected) return;
    const std::string name = test_.name.empty() ? "" : "    name: " + test_.name + ",\n";
    failures_.push_back(name + "    alertname: " + check.alertName +
                        ", time: " + promql::printDuration(check.time.count()) +
                        ", \n        exp:" + shown(expected) + ", \n        got:" + shown(got));
  }

  void checkQuery(const QueryCheck& check) {
    const std::string place = "    expr: " + promql::quote(check.query) +
                              ", time: " + promql::printDuration(check.time.count()) + ",";
    try {
      std::vector<ShownSample> got = answer(check);
      std::vector<ShownSample> expected;
      for (const ExpectedSample& sample : check.samples) {
        expected.push_back({labelsOf(sample), sample.value});
      }
      std::sort(got.begin(), got.end());
      std::sort(expected.begin(), expected.end());
      const bool same = std::equal(got.begin(), got.end(), expected.begin(), expected.end(),
                                   [&](const ShownSample& a, const ShownSample& b) {
                                     return a.labels == b.labels && isSameValue(a.value, b.value);
                                   });
      if (!same) {
        failures_.push_back(place + "\n        exp: " + shown(expected) +
                            "\n        got: " + shown(got));
      }
    } catch (const std::runtime_error& error) {
      failures_.push_back(place + " err: " + error.what());
    }
  }

  static LabelSet labelsOf(const ExpectedSample& sample) {
    try {
      return parseSeriesLabels(sample.labels);
    } catch (const std::runtime_error& error) {
      throw std::runtime_error("labels " + promql::quote(sample.labels) + ": " + error.what());
    }
  }

  std::vector<ShownSample> answer(const QueryCheck& check) const {
    const promql::QueryResult result =
        settings_.engine.instant(history_, check.query, check.time.count());
    if (result.type == promql::ValueType::kScalar) return {{{}, result.scalar.value}};
    if (result.type != promql::ValueType::kVector) {
      throw std::runtime_error("rule result is not a vector or scalar");
    }
    std::vector<ShownSample> samples;
    for (const promql::ResultSeries& series : result.series) {
      if (series.points.empty()) throw std::runtime_error("native histograms are not taken");
      samples.push_back({*series.labels, series.points.at(0).value});
    }
    return samples;
  }

  // NaN equals no value. With fuzzy_compare neighbouring doubles are equal.
  bool isSameValue(double a, double b) const {
    if (!file_.fuzzyCompare) return a == b;
    return a == b || (std::isnan(a) && std::isnan(b)) || std::nextafter(a, b) == b;
  }

  const RuleTestFile& file_;
  const RuleTest& test_;
  Milliseconds interval_;
  ScriptedHistory history_;
  RuleSettings settings_;
  std::vector<std::unique_ptr<Group>> groups_;
  std::vector<std::string> failures_;
};

}  // namespace

std::vector<std::string> runRuleTest(const RuleTestFile& file, const RuleTest& test,
                                     const std::vector<GroupDefinition>& groups,
                                     const promql::EngineOptions& options) {
  return TestRun(file, test, groups, options).run();
}

}  // namespace orchestrator_exporter::rules
