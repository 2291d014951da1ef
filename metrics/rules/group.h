#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "metrics/rules/rule.h"

namespace orchestrator_exporter::rules {

// How a group fares.
struct GroupStatus {
  std::shared_ptr<const GroupDefinition> definition;
  Milliseconds interval{0};
  std::chrono::duration<double> took{0};
  std::chrono::system_clock::time_point lastEvaluation = {};  // 0 before the first
  std::uint64_t evaluations = 0;                              // of rules
  std::uint64_t failures = 0;
  std::uint64_t missed = 0;  // evaluations of the whole group
  std::vector<RuleStatus> rules = {};
};

// Rules that are evaluated one after the other at planned times. Evaluated by one thread at a time;
// any thread may ask for its status.
class Group {
 public:
  // The first planned time is the first of its phase after `now`.
  Group(std::shared_ptr<const GroupDefinition> definition, const RuleSettings& settings, Time now);

  const GroupDefinition& definition() const { return *definition_; }

  // Takes over the rules that a group of before has with the same names and labels; the others of
  // it end.
  void takeOver(Group& before, Time now);
  // Ends all its rules, and their series.
  void end(Time now);

  Time nextTime() const { return next_; }
  // Evaluates at the newest planned time that is not after `now`; those before it are missed.
  void evaluateDue(Time now);
  // Evaluates at this very time.
  void evaluate(Time time);

  GroupStatus status(StatusDetail detail = StatusDetail::kAlerts) const;

 private:
  // Ends a rule, whose series end with the next write.
  void end(Rule& rule, Time now);
  void writeEnds(Time time);

  const std::shared_ptr<const GroupDefinition> definition_;
  const RuleSettings& settings_;
  const Milliseconds interval_;
  const Milliseconds offset_;
  std::vector<std::unique_ptr<Rule>> rules_;
  std::vector<LabelSet> ended_;  // series of rules that are gone
  Time next_;
  unsigned evaluationsToRestore_;
  mutable std::mutex mutex_;  // guards what follows
  GroupStatus status_;
};

// Whether both say the same.
bool saysTheSame(const GroupDefinition& a, const GroupDefinition& b);

}  // namespace orchestrator_exporter::rules
