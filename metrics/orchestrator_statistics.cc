#include "metrics/orchestrator_statistics.h"

#include <algorithm>
#include <stdexcept>

#include "metrics/recording_clock.h"

namespace exporter {

namespace {

void addTo(Tally& sum, const Tally& more) {
  sum.tokens += more.tokens;
  sum.latencySeconds += more.latencySeconds;
  sum.latencies += more.latencies;
  sum.sessionsStarted += more.sessionsStarted;
  sum.sessionsChange += more.sessionsChange;
  sum.errors += more.errors;
  sum.toolSuccesses += more.toolSuccesses;
  sum.toolFailures += more.toolFailures;
  sum.delegations += more.delegations;
}

AggregatedStats::TimePoint timeOf(std::int64_t minute) {
  return AggregatedStats::TimePoint(std::chrono::minutes(minute));
}

}  // namespace

bool OrchestratorStatistics::add(std::int64_t minute, const Tally& tally) {
  const std::lock_guard lock(lock_);
  if (forgotten_) return false;
  addTo(tallyOf(minute), tally);
  activeNow_ += tally.sessionsChange;
  return true;
}

Tally& OrchestratorStatistics::tallyOf(std::int64_t minute) {
  if (minutes_.empty() || minutes_.back().minute < minute) {
    minutes_.push_back({minute, {}});
    while (minutes_.front().minute <= minute - retained_) minutes_.pop_front();
    return minutes_.back().tally;
  }
  // Another thread was first with a later minute, or the clock was set back.
  auto at = minutes_.end();
  while (at != minutes_.begin() && std::prev(at)->minute >= minute) --at;
  if (at->minute != minute) at = minutes_.insert(at, {minute, {}});
  return at->tally;
}

void OrchestratorStatistics::sum(std::int64_t first, std::int64_t end,
                                 AggregatedStats& stats) const {
  const std::lock_guard lock(lock_);
  double latencySeconds = 0;
  std::uint64_t latencies = 0;
  stats.activeSessions = activeNow_;
  for (const Minute& one : minutes_) {
    // Counted back from now: what lies before the retention is not known any more.
    if (one.minute >= end) stats.activeSessions -= one.tally.sessionsChange;
    if (one.minute < first || one.minute >= end) continue;
    latencySeconds += one.tally.latencySeconds;
    latencies += one.tally.latencies;
    stats.totalTokens += one.tally.tokens;
    stats.totalSessions += one.tally.sessionsStarted;
    stats.errors += one.tally.errors;
    stats.successfulToolCalls += one.tally.toolSuccesses;
    stats.failedToolCalls += one.tally.toolFailures;
    stats.delegations += one.tally.delegations;
  }
  stats.toolInvocations = stats.successfulToolCalls + stats.failedToolCalls;
  if (latencies != 0) stats.avgLatency = 1000 * latencySeconds / static_cast<double>(latencies);
  if (stats.toolInvocations != 0) {
    stats.errorRate =
        static_cast<double>(stats.failedToolCalls) / static_cast<double>(stats.toolInvocations);
  }
}

bool OrchestratorStatistics::forget(std::int64_t minute) {
  const std::lock_guard lock(lock_);
  forgotten_ =
      activeNow_ == 0 && (minutes_.empty() || minutes_.back().minute <= minute - retained_);
  return forgotten_;
}

std::shared_ptr<OrchestratorStatistics> StatisticsStore::forRecording(std::string_view id,
                                                                      std::int64_t minute) {
  const std::lock_guard lock(mutex_);
  if (const auto found = all_.find(id); found != all_.end()) return found->second;
  if (all_.size() >= most_ && lastCleared_ != minute) {
    lastCleared_ = minute;
    std::erase_if(all_, [minute](const auto& entry) { return entry.second->forget(minute); });
  }
  if (all_.size() >= most_) return nullptr;
  return all_.emplace(id, std::make_shared<OrchestratorStatistics>(retainedMinutes_)).first->second;
}

void StatisticsLink::add(std::int64_t minute, const Tally& tally) {
  if (statistics_ != nullptr && statistics_->add(minute, tally)) return;
  statistics_ = store_.forRecording(id_, minute);
  if (statistics_ != nullptr) statistics_->add(minute, tally);
}

AggregatedStats StatisticsStore::aggregate(std::string_view id, AggregatedStats::TimePoint start,
                                           AggregatedStats::TimePoint end,
                                           AggregatedStats::TimePoint now) const {
  if (end <= start) {
    throw std::invalid_argument(end == start ? "the range of time is empty"
                                             : "the range of time ends before it starts");
  }
  const std::int64_t thisMinute = RecordingClock::minuteOf(now);
  const std::int64_t oldest = thisMinute - retainedMinutes_ + 1;
  const std::int64_t first = std::clamp(RecordingClock::minuteOf(start), oldest, thisMinute + 1);
  // The end itself does not belong to the range, so that neighbouring ranges share no minute; but
  // what was recorded until now does.
  const std::int64_t last =
      end >= now
          ? thisMinute + 1
          : std::max(RecordingClock::minuteOf(end - AggregatedStats::TimePoint::duration(1)) + 1,
                     first);
  AggregatedStats stats;
  stats.orchestratorId = id;
  stats.start = std::min(timeOf(first), now);
  stats.end = std::min(timeOf(last), now);
  std::shared_ptr<OrchestratorStatistics> found;
  {
    const std::lock_guard lock(mutex_);
    if (const auto at = all_.find(id); at != all_.end()) found = at->second;
  }
  if (found != nullptr) found->sum(first, last, stats);
  return stats;
}

}  // namespace exporter
