#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "metrics/history.h"
#include "metrics/promql/engine.h"
#include "metrics/rules/alert.h"
#include "metrics/rules/notifier.h"

namespace orchestrator_exporter::rules {

// What all rules share.
struct RuleSettings {
  std::shared_ptr<const History> history;  // that is asked
  std::shared_ptr<const History> own;      // that write() keeps samples in; null: the same
  promql::Engine engine = promql::Engine();
  // Takes samples, so that the next question sees them. Does not throw.
  std::function<void(std::vector<RuleSample>)> write;
  // Called when a group has written all that it has to for now. Does not throw; may be empty.
  std::function<void()> groupWritten = {};
  Notifier* notifier = nullptr;  // may be null
  LabelSet externalLabels = {};
  std::string externalUrl = {};
  Milliseconds interval = std::chrono::minutes(1);  // of groups that have none
  Milliseconds queryOffset{0};                      // likewise
  Milliseconds resendDelay = std::chrono::minutes(1);
  Milliseconds outageTolerance = std::chrono::hours(1);
  Milliseconds gracePeriod = std::chrono::minutes(10);
  bool restores = true;  // the state of alerts, after the first two evaluations
};

// One evaluation of a rule.
struct Evaluation {
  Time time = 0;
  Milliseconds offset{0};
  std::size_t limit = 0;
  Milliseconds interval{0};  // of the group
};

enum class RuleHealth : std::uint8_t { kUnknown, kOk, kFailed };

// What all evaluations of a rule came to.
struct RuleWork {
  std::uint64_t seenSamples = 0;  // each as often as a query looked at it
  std::uint64_t givenSamples = 0;
  std::chrono::duration<double> took{0};
};

// How a rule fares; without its alerts if only figures were asked for.
enum class StatusDetail : std::uint8_t { kFigures, kAlerts };
struct RuleStatus {
  std::shared_ptr<const RuleDefinition> definition;
  RuleHealth health = RuleHealth::kUnknown;
  std::string lastError = {};
  std::chrono::duration<double> took{0};
  std::chrono::system_clock::time_point lastEvaluation = {};  // 0 before the first
  std::vector<Alert> alerts = {};                             // pending and firing, by labels
  RuleWork work = {};
};

// One rule with its state. Evaluated by one thread at a time; any thread may ask for its status.
class Rule {
 public:
  Rule(std::shared_ptr<const RuleDefinition> definition, const RuleSettings& settings)
      : definition_(std::move(definition)), settings_(settings) {}
  virtual ~Rule() = default;

  static std::unique_ptr<Rule> make(std::shared_ptr<const RuleDefinition> definition,
                                    const RuleSettings& settings);

  const RuleDefinition& definition() const { return *definition_; }

  // Evaluates it, writes what it gives, ends the series that it gives no more, and tells of its
  // alerts. False if it failed, which its status tells.
  bool evaluate(const Evaluation& at);

  virtual RuleStatus status(StatusDetail detail) const;

  // Takes over the state of the same rule of before; the series with it.
  virtual void takeOver(Rule& before);
  // Ends its alerts, whom it tells; returns the labels of its series, which are still open.
  virtual std::vector<LabelSet> end(Time now);

  // What ALERTS_FOR_STATE has of its alerts, after the first two evaluations.
  virtual void restore(Time) {}
  // Without anything to restore its alerts are written from the start.
  virtual void startWritten() {}

 protected:
  struct Element {
    LabelSet labels;
    double value;  // 0 of a histogram
    HistogramPointer histogram = nullptr;
  };

  // Throws std::runtime_error with the reason.
  virtual std::vector<RuleSample> samplesOf(const std::vector<Element>& elements,
                                            const Evaluation& at) = 0;
  virtual void tell(const Evaluation&) {}

  const RuleSettings& settings() const { return settings_; }
  promql::QueryResult ask(const std::string& query, Time time) const;
  mutable std::mutex mutex_;  // guards the state that status() tells

 private:
  // Adds to the work what the query looked at.
  std::vector<Element> elements(Time time, RuleWork& work) const;
  void write(std::vector<RuleSample> samples, Time time);
  // The series that it gave last and that are not among these.
  std::vector<LabelSet> ended(const std::vector<RuleSample>& samples) const;

  const std::shared_ptr<const RuleDefinition> definition_;
  const RuleSettings& settings_;
  std::vector<LabelSet> series_;  // that it gave last
  RuleStatus status_;             // under the mutex
};

}  // namespace orchestrator_exporter::rules
