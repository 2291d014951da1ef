#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "metrics/rules/group.h"

namespace orchestrator_exporter::rules {

// All groups of rules: evaluates them when they are due, and takes new definitions while it runs.
// Any thread may call anything.
class RuleEngine {
 public:
  explicit RuleEngine(RuleSettings settings) : settings_(std::move(settings)) {}

  const RuleSettings& settings() const { return settings_; }

  // From now on these groups, each with a file and name of its own. What stays of those before
  // keeps its state.
  void replace(std::vector<GroupDefinition> groups, Time now);

  // Evaluates each group whose time has come. Returns when the next one's time comes; without
  // groups, nothing.
  std::optional<Time> evaluateDue(Time now);

  // By file and name.
  std::vector<GroupStatus> status(StatusDetail detail = StatusDetail::kAlerts) const;

 private:
  using Key = std::pair<std::string, std::string>;

  // Once all rules for alerts have been evaluated, and none failed, the notifier hears what is
  // active.
  void tellFirstEvaluation();

  const RuleSettings settings_;
  std::mutex evaluates_;      // one thread at a time evaluates or replaces
  bool isFirstTold_ = false;  // of that thread
  mutable std::mutex mutex_;  // guards what follows, which only who has both changes
  std::map<Key, std::shared_ptr<Group>> groups_;
};

}  // namespace orchestrator_exporter::rules
