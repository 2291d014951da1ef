#include "metrics/agents/record_repeats.h"

#include <algorithm>
#include <new>

namespace orchestrator_exporter {

bool RecordRepeats::Request::isRepeat(const RecordIdentity& identity) {
  if (repeats_.knows(identity)) return true;
  noted_.push_back(identity);
  return false;
}

bool RecordRepeats::knows(const RecordIdentity& identity) {
  const std::lock_guard lock(mutex_);
  if (identity.session == 0) {
    return others_.has(identity.hash) &&
           seconds_() - others_.secondsOf(identity.hash) <= kOthersAge;
  }
  const auto session = sessions_.find(identity.session);
  return session != sessions_.end() && session->second.events.has(identity.hash);
}

void RecordRepeats::remember(const std::vector<RecordIdentity>& identities) noexcept {
  try {
    for (const RecordIdentity& identity : identities) {
      const std::lock_guard lock(mutex_);
      RecentHashes& hashes = identity.session == 0 ? others_ : sessionOf(identity.session).events;
      hashes.add(identity.hash, seconds_());
    }
  } catch (const std::bad_alloc&) {
    // A repeat may be counted then.
  }
}

RecordRepeats::Session& RecordRepeats::sessionOf(std::uint64_t hash) {
  if (sessions_.size() >= kMostSessions && !sessions_.contains(hash)) {
    sessions_.erase(std::min_element(
        sessions_.begin(), sessions_.end(),
        [](const auto& a, const auto& b) { return a.second.lastSeen < b.second.lastSeen; }));
  }
  Session& session = sessions_[hash];
  session.lastSeen = seconds_();
  return session;
}

}  // namespace orchestrator_exporter
