#include "metrics/rules/rule_engine.h"

#include <algorithm>
#include <set>

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
  tellFirstEvaluation();
  return next;
}

void RuleEngine::tellFirstEvaluation() {
  if (isFirstTold_ || settings_.notifier == nullptr || groups_.empty()) return;
  std::set<LabelSet> active;
  for (const auto& [key, group] : groups_) {
    for (const RuleStatus& rule : group->status().rules) {
      const bool isAlerting = rule.definition->kind == RuleDefinition::Kind::kAlerting;
      if (isAlerting && rule.health != RuleHealth::kOk) return;
      for (const Alert& alert : rule.alerts) {
        LabelSet labels = alert.labels;
        for (const auto& [name, value] : settings_.externalLabels) {
          if (!labels.has(name)) labels.set(name, value);
        }
        active.insert(std::move(labels));
      }
    }
  }
  isFirstTold_ = true;
  settings_.notifier->allEvaluated(active);
}

std::vector<GroupStatus> RuleEngine::status(StatusDetail detail) const {
  std::vector<std::shared_ptr<Group>> groups;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [key, group] : groups_) groups.push_back(group);
  }
  std::vector<GroupStatus> all;
  for (const auto& group : groups) all.push_back(group->status(detail));
  return all;
}

}  // namespace orchestrator_exporter::rules
