#include "metrics/rules/rule_engine.h"

#include <algorithm>

namespace orchestrator_exporter::rules {

void RuleEngine::replace(std::vector<GroupDefinition> groups, Time now) {
  const std::lock_guard evaluates(evaluates_);
  std::map<Key, std::shared_ptr<Group>> next;
  for (GroupDefinition& definition : groups) {
    const Key key(definition.file, definition.name);
    const auto before = groups_.find(key);
    if (before != groups_.end() && saysTheSame(before->second->definition(), definition)) {
      next[key] = before->second;
      continue;
    }
    const auto shared = std::make_shared<const GroupDefinition>(std::move(definition));
    const auto group = std::make_shared<Group>(shared, settings_, now);
    if (before != groups_.end()) group->takeOver(*before->second, now);
    next[key] = group;
  }
  for (const auto& [key, group] : groups_) {
    if (!next.contains(key)) group->end(now);
  }
  const std::lock_guard lock(mutex_);
  groups_ = std::move(next);
}

std::optional<Time> RuleEngine::evaluateDue(Time now) {
  const std::lock_guard evaluates(evaluates_);
  std::optional<Time> next;
  for (const auto& [key, group] : groups_) {
    if (group->nextTime() <= now) group->evaluateDue(now);
    next = std::min(next.value_or(group->nextTime()), group->nextTime());
  }
  return next;
}

std::vector<GroupStatus> RuleEngine::status() const {
  std::vector<std::shared_ptr<Group>> groups;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [key, group] : groups_) groups.push_back(group);
  }
  std::vector<GroupStatus> all;
  for (const auto& group : groups) all.push_back(group->status());
  return all;
}

}  // namespace orchestrator_exporter::rules
