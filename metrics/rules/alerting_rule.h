#pragma once

#include <map>

#include "metrics/rules/rule.h"

namespace orchestrator_exporter::rules {

// Watches for what its query gives: it is pending, then fires, and ends when it is given no more
// (alerting.md, section 2; Prometheus' rules/alerting.go tells the same of its states).
class AlertingRule final : public Rule {
 public:
  AlertingRule(std::shared_ptr<const RuleDefinition> definition, const RuleSettings& settings);

  RuleStatus status() const override;
  void takeOver(Rule& before) override;
  std::set<LabelSet> end(Time now) override;
  void restore(Time now) override;
  void startWritten() override { isWritten_ = true; }

 private:
  // Ended alerts are told again for so long.
  static constexpr Milliseconds kRetention = std::chrono::minutes(15);

  std::vector<RuleSample> samplesOf(const std::vector<Element>& elements,
                                    const Evaluation& at) override;
  void tell(const Evaluation& at) override;

  Alert alertOf(const Element& element, Time time) const;
  std::map<LabelSet, Alert> alertsOf(const std::vector<Element>& elements, Time time) const;
  void merge(std::map<LabelSet, Alert> found);
  // Whether it is still pending or firing.
  bool advance(Alert& alert, bool isFound, Time time) const;
  void appendSamples(const Alert& alert, Time time, std::vector<RuleSample>& out) const;
  LabelSet outerLabels(const Alert& alert) const;
  NotifiedAlert notified(const Alert& alert, Time validUntil) const;
  void addChange(Alert& alert, AlertState to, Time time);
  // Ends all alerts, and tells of it.
  void endAll(Time now);

  std::map<LabelSet, Alert> alerts_;  // under the mutex
  std::vector<AlertChange> changes_;  // likewise; that the notifier does not know yet
  bool isWritten_;                    // whether ALERTS and ALERTS_FOR_STATE are
};

}  // namespace orchestrator_exporter::rules
