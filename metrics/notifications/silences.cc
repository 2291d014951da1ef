#include "metrics/notifications/silences.h"

#include <algorithm>

namespace orchestrator_exporter::notifications {

namespace {

using Kind = SilenceError::Kind;

constexpr Time kKept = Milliseconds(std::chrono::hours(120)).count();

// Takes alerts that have no such label; one that is to be unlike something does not count, as in
// Alertmanager.
bool takesNone(const LabelMatcher& matcher) {
  using enum LabelMatcher::Operator;
  return (matcher.op() == kEqual || matcher.op() == kMatches) && matcher.matchesEmpty();
}

void check(const Silence& silence, Time now) {
  const auto& matchers = silence.matchers.all();
  if (matchers.empty()) throw SilenceError(Kind::kInvalid, "at least one matcher required");
  if (std::all_of(matchers.begin(), matchers.end(), takesNone)) {
    throw SilenceError(Kind::kInvalid, "at least one matcher must not match the empty string");
  }
  if (silence.startsAt >= silence.endsAt) {
    throw SilenceError(Kind::kInvalid, "start time must be before end time");
  }
  if (silence.endsAt <= now) throw SilenceError(Kind::kInvalid, "end time can't be in the past");
}

// Whether the change leaves it the same silence.
bool isUpdate(const Silence& before, const Silence& next, Time now) {
  if (!(before.matchers == next.matchers)) return false;
  const SilenceState state = stateOf(before, now);
  if (state == SilenceState::kActive) return before.startsAt / 1000 == next.startsAt / 1000;
  return state == SilenceState::kPending && next.startsAt >= now;
}

void end(Silence& silence, Time now) {
  silence.startsAt = std::min(silence.startsAt, now);
  silence.endsAt = now;
  silence.updatedAt = now;
}

}  // namespace

SilenceState stateOf(const Silence& silence, Time now) {
  if (silence.endsAt <= now) return SilenceState::kExpired;
  return silence.startsAt > now ? SilenceState::kPending : SilenceState::kActive;
}

std::string_view nameOf(SilenceState state) {
  constexpr std::string_view kNames[] = {"pending", "active", "expired"};
  return kNames[static_cast<std::size_t>(state)];
}

std::vector<Silence> Silences::set(Silence silence, Time now, const std::string& freshId) {
  check(silence, now);
  silence.updatedAt = now;
  const auto known = all_.find(silence.id);
  if (!silence.id.empty() && known == all_.end()) {
    throw SilenceError(Kind::kUnknown, "silence not found");
  }
  if (known != all_.end() && isUpdate(known->second, silence, now)) {
    known->second = silence;
    return {silence};
  }
  if (all_.size() >= kMost) {
    throw SilenceError(Kind::kInvalid, "there are " + std::to_string(all_.size()) +
                                           " silences, which is the limit");
  }
  std::vector<Silence> changed;
  if (known != all_.end() && stateOf(known->second, now) != SilenceState::kExpired) {
    end(known->second, now);
    changed.push_back(known->second);
  }
  silence.id = freshId;
  silence.startsAt = std::max(silence.startsAt, now);
  all_[freshId] = silence;
  changed.push_back(silence);
  return changed;
}

Silence Silences::expire(const std::string& id, Time now) {
  const auto known = all_.find(id);
  if (known == all_.end()) throw SilenceError(Kind::kUnknown, "silence not found");
  if (stateOf(known->second, now) != SilenceState::kExpired) end(known->second, now);
  return known->second;
}

void Silences::restore(Silence silence) {
  const std::string id = silence.id;
  all_[id] = std::move(silence);
}

std::vector<std::string> Silences::forget(Time now) {
  std::vector<std::string> forgotten;
  for (auto entry = all_.begin(); entry != all_.end();) {
    if (entry->second.endsAt + kKept > now) {
      ++entry;
      continue;
    }
    forgotten.push_back(entry->first);
    entry = all_.erase(entry);
  }
  return forgotten;
}

std::vector<std::string> Silences::silencing(const LabelSet& labels, Time now) const {
  std::vector<std::string> ids;
  for (const auto& [id, silence] : all_) {
    if (stateOf(silence, now) == SilenceState::kActive && silence.matchers.match(labels)) {
      ids.push_back(id);
    }
  }
  return ids;
}

const Silence* Silences::find(const std::string& id) const {
  const auto known = all_.find(id);
  return known == all_.end() ? nullptr : &known->second;
}

}  // namespace orchestrator_exporter::notifications
