#include "metrics/agents/session_activity.h"

#include <array>

#include "metrics/base/identity_hash.h"

namespace orchestrator_exporter {

SessionActivity::~SessionActivity() {
  for (auto& [hash, session] : sessions_) session.series->end();
}

void SessionActivity::note(std::string_view orchestrator, std::string_view agent,
                           std::string_view session) {
  const std::uint64_t hash =
      identityHash(session, identityHash(agent, identityHash(orchestrator, 0)));
  const std::lock_guard lock(mutex_);
  auto found = sessions_.find(hash);
  if (found == sessions_.end()) {
    if (sessions_.size() >= kMost) return;
    auto series = families_.sessionSeries(std::array{orchestrator, agent});
    series->start(0, 1);
    found = sessions_.emplace(hash, Session{std::move(series)}).first;
  }
  found->second.lastSeen = seconds_();
}

void SessionActivity::update() {
  const std::uint32_t now = seconds_();
  const std::lock_guard lock(mutex_);
  std::erase_if(sessions_, [&](auto& entry) {
    const auto silent = static_cast<std::int32_t>(now - entry.second.lastSeen);
    if (silent <= static_cast<std::int32_t>(idle_)) return false;
    entry.second.series->end();
    return true;
  });
}

}  // namespace orchestrator_exporter
