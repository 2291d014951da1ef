#include "metrics/rules/group.h"

#include <algorithm>
#include <bit>
#include <iterator>

#include "metrics/base/identity_hash.h"
#include "metrics/base/timer.h"

namespace orchestrator_exporter::rules {

namespace {

// When within its interval a group is evaluated, so that not all are at once.
Time phaseOf(const GroupDefinition& group, Milliseconds interval) {
  const std::uint64_t hash = identityHash(group.file, identityHash(group.name, 0));
  return static_cast<Time>(hash % static_cast<std::uint64_t>(interval.count()));
}

Time firstTime(Time now, Milliseconds interval, Time phase) {
  const Time sincePhase = (now - phase) % interval.count();
  return now - sincePhase + (sincePhase >= 0 ? interval.count() : 0);
}

auto partsOf(const RuleDefinition& rule) {
  return std::tie(rule.kind, rule.name, rule.query, rule.labels, rule.holdFor, rule.keepFiringFor,
                  rule.cooldown, rule.annotations);
}

bool isSameRule(const RuleDefinition& a, const RuleDefinition& b) {
  return a.kind == b.kind && a.name == b.name && a.labels == b.labels;
}

}  // namespace

bool saysTheSame(const GroupDefinition& a, const GroupDefinition& b) {
  return a.name == b.name && a.file == b.file && a.interval == b.interval &&
         a.queryOffset == b.queryOffset && a.limit == b.limit &&
         std::equal(a.rules.begin(), a.rules.end(), b.rules.begin(), b.rules.end(),
                    [](const RuleDefinition& one, const RuleDefinition& other) {
                      return partsOf(one) == partsOf(other);
                    });
}

Group::Group(std::shared_ptr<const GroupDefinition> definition, const RuleSettings& settings,
             Time now)
    : definition_(std::move(definition)),
      settings_(settings),
      interval_(definition_->interval.count() > 0 ? definition_->interval : settings.interval),
      offset_(definition_->queryOffset.value_or(settings.queryOffset)),
      next_(firstTime(now, interval_, phaseOf(*definition_, interval_))),
      evaluationsToRestore_(settings.restores ? 2 : 0) {
  for (const RuleDefinition& rule : definition_->rules) {
    // Shares the group's life.
    rules_.push_back(
        Rule::make(std::shared_ptr<const RuleDefinition>(definition_, &rule), settings));
  }
}

void Group::takeOver(Group& before, Time now) {
  evaluationsToRestore_ = before.evaluationsToRestore_;
  ended_ = std::move(before.ended_);
  for (const auto& rule : rules_) {
    if (evaluationsToRestore_ == 0) rule->startWritten();
    const auto same = std::find_if(
        before.rules_.begin(), before.rules_.end(), [&](const std::unique_ptr<Rule>& known) {
          return known && isSameRule(known->definition(), rule->definition());
        });
    if (same == before.rules_.end()) continue;
    rule->takeOver(**same);
    same->reset();
  }
  for (const auto& rule : before.rules_) {
    if (rule) end(*rule, now);
  }
  const std::scoped_lock lock(mutex_, before.mutex_);
  status_ = before.status_;
}

void Group::end(Time now) {
  for (const auto& rule : rules_) end(*rule, now);
  writeEnds(now);
  if (settings_.groupWritten) settings_.groupWritten();
}

void Group::end(Rule& rule, Time now) {
  std::ranges::move(rule.end(now), std::back_inserter(ended_));
}

void Group::writeEnds(Time time) {
  std::vector<RuleSample> ends;
  for (const LabelSet& labels : ended_) {
    ends.push_back({labels, time, std::bit_cast<double>(kStaleBits)});
  }
  ended_.clear();
  if (!ends.empty()) settings_.write(std::move(ends));
}

void Group::evaluateDue(Time now) {
  const Time behind = std::max<Time>(0, (now - next_) / interval_.count());
  const Time planned = next_ + behind * interval_.count();
  next_ = planned + interval_.count();
  {
    const std::lock_guard lock(mutex_);
    status_.missed += static_cast<std::uint64_t>(behind);
  }
  evaluate(planned);
  if (evaluationsToRestore_ > 0 && --evaluationsToRestore_ == 0) {
    for (const auto& rule : rules_) rule->restore(now);
  }
}

void Group::evaluate(Time time) {
  Timer timer;
  std::uint64_t failures = 0;
  for (const auto& rule : rules_) {
    if (!rule->evaluate({time, offset_, definition_->limit, interval_})) ++failures;
  }
  writeEnds(time - offset_.count());
  if (settings_.groupWritten) settings_.groupWritten();
  const std::lock_guard lock(mutex_);
  status_.took = timer.stop();
  status_.lastEvaluation = std::chrono::system_clock::time_point(Milliseconds(time));
  status_.evaluations += rules_.size();
  status_.failures += failures;
}

GroupStatus Group::status(StatusDetail detail) const {
  GroupStatus status;
  {
    const std::lock_guard lock(mutex_);
    status = status_;
  }
  status.definition = definition_;
  status.interval = interval_;
  for (const auto& rule : rules_) status.rules.push_back(rule->status(detail));
  return status;
}

}  // namespace orchestrator_exporter::rules
