#pragma once

#include <map>
#include <vector>

#include "metrics/rules/rule.h"

namespace orchestrator_exporter::rules {

// Watches for what its query gives: it is pending, then fires, and ends when it is given no more
// (alerting.md, section 2; Prometheus' rules/alerting.go tells the same of its states).
class AlertingRule final : public Rule {
 public:
  AlertingRule(std::shared_ptr<const RuleDefinition> definition, const RuleSettings& settings);

  RuleStatus status(StatusDetail detail) const override;
  void takeOver(Rule& before) override;
  std::vector<LabelSet> end(Time now) override;
  void restore(Time now) override;
  void startWritten() override { isWritten_ = true; }

 private:
  // Ended alerts are told again for so long.
  static constexpr Milliseconds kRetention = std::chrono::minutes(15);

  // An element as an alert.
  struct Found {
    LabelSet labels;
    Annotations annotations;
    double value;
  };
  struct Tracked {
    Alert alert;
    bool isFound = false;  // by the evaluation that goes on
    // The series that tell of it, made again only if its state changes.
    AlertState seriesState = AlertState::kInactive;
    LabelSet stateSeries = {};
    LabelSet sinceSeries = {};
  };

  std::vector<RuleSample> samplesOf(const std::vector<Element>& elements,
                                    const Evaluation& at) override;
  void tell(const Evaluation& at) override;

  Found foundOf(const Element& element, Time time) const;
  // In the order of their labels. Throws std::runtime_error if two have the same.
  std::vector<Found> foundOf(const std::vector<Element>& elements, Time time) const;
  void merge(std::vector<Found> found, Time time);
  // Whether it is still pending or firing.
  bool advance(Tracked& tracked, Time time) const;
  static void appendSamples(Tracked& tracked, Time time, std::vector<RuleSample>& out);
  LabelSet outerLabels(const Alert& alert) const;
  NotifiedAlert notified(const Alert& alert, Time validUntil) const;
  void addChange(Alert& alert, AlertState to, Time time);
  // Ends all alerts, and tells of it.
  void endAll(Time now);

  const GeneratorUrl generatorUrl_;
  std::map<LabelSet, Tracked> alerts_;  // under the mutex
  std::vector<AlertChange> changes_;    // likewise; that the notifier does not know yet
  bool isWritten_;                      // whether ALERTS and ALERTS_FOR_STATE are
};

}  // namespace orchestrator_exporter::rules
