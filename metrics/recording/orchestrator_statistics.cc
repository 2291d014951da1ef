#include "metrics/recording/orchestrator_statistics.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "metrics/base/recording_clock.h"

namespace orchestrator_exporter {

namespace {

void addTo(Tally& sum, const Tally& more) {
  sum.tokens += more.tokens;
  sum.latency.add(more.latency);
  sum.sessionsStarted += more.sessionsStarted;
  sum.sessionsChange += more.sessionsChange;
  sum.errors += more.errors;
  sum.toolSuccesses += more.toolSuccesses;
  sum.toolFailures += more.toolFailures;
  sum.delegations += more.delegations;
}

void addCounts(AggregatedStats& sum, const Tally& more) {
  sum.totalTokens += more.tokens;
  sum.totalSessions += more.sessionsStarted;
  sum.errors += more.errors;
  sum.successfulToolCalls += more.toolSuccesses;
  sum.failedToolCalls += more.toolFailures;
  sum.delegations += more.delegations;
}

LatencyStats statsOf(const LatencyCounts& counts, const LatencyMoments& moments) {
  if (moments.count == 0) return {};
  constexpr double kMilliseconds = 1e3;  // in a second
  const auto quantile = [&](double share) {
    return kMilliseconds * latencyQuantile(counts, moments, share);
  };
  const double variance = moments.squares / static_cast<double>(moments.count);
  return {.messages = moments.count,
          .mean = kMilliseconds * moments.mean,
          .standardDeviation = kMilliseconds * std::sqrt(variance),
          .minimum = kMilliseconds * moments.least,
          .maximum = kMilliseconds * moments.most,
          .p50 = quantile(0.5),
          .p90 = quantile(0.9),
          .p95 = quantile(0.95),
          .p99 = quantile(0.99),
          .p999 = quantile(0.999)};
}

void checkRange(AggregatedStats::TimePoint start, AggregatedStats::TimePoint end) {
  if (end > start) return;
  throw std::invalid_argument(end == start ? "the range of time is empty"
                                           : "the range of time ends before it starts");
}

AggregatedStats::TimePoint timeOf(std::int64_t minute) {
  return AggregatedStats::TimePoint(std::chrono::minutes(minute));
}

}  // namespace

bool OrchestratorStatistics::add(std::int64_t minute, const Tally& tally,
                                 std::span<const double> latencies) {
  const std::lock_guard lock(lock_);
  if (forgotten_) return false;
  Minute& there = at(minute);
  addTo(there.tally, tally);
  if (!latencies.empty()) addLatencies(there, latencies);
  activeNow_ += tally.sessionsChange;
  return true;
}

OrchestratorStatistics::Minute& OrchestratorStatistics::at(std::int64_t minute) {
  if (minutes_.empty() || minutes_.back().minute < minute) {
    packLatest();
    minutes_.push_back({minute});
    while (minutes_.front().minute <= minute - retained_) minutes_.pop_front();
    return minutes_.back();
  }
  // Another thread was first with a later minute, or the clock was set back.
  auto at = minutes_.end();
  while (at != minutes_.begin() && std::prev(at)->minute >= minute) --at;
  if (at->minute != minute) at = minutes_.insert(at, {minute});
  return *at;
}

void OrchestratorStatistics::packLatest() {
  if (latest_ == nullptr || minutes_.empty()) return;
  for (std::size_t bucket = 0; bucket < latest_->size(); ++bucket) {
    const std::uint32_t count = std::exchange((*latest_)[bucket], 0);
    if (count != 0) minutes_.back().latencies.add(bucket, count);
  }
}

void OrchestratorStatistics::addLatencies(Minute& minute, std::span<const double> latencies) {
  if (&minute != &minutes_.back()) {
    for (const double one : latencies) minute.latencies.add(LatencyBuckets::indexOf(one), 1);
    return;
  }
  if (latest_ == nullptr) latest_ = std::make_unique<LatestCounts>();
  for (const double one : latencies) ++(*latest_)[LatencyBuckets::indexOf(one)];
}

std::deque<OrchestratorStatistics::Minute>::const_iterator OrchestratorStatistics::firstFrom(
    std::int64_t minute) const {
  return std::lower_bound(
      minutes_.begin(), minutes_.end(), minute,
      [](const Minute& one, std::int64_t wanted) { return one.minute < wanted; });
}

void OrchestratorStatistics::sum(std::int64_t first, std::int64_t end,
                                 AggregatedStats& stats) const {
  LatencyMoments moments;
  LatencyCounts counts{};
  {
    const std::lock_guard lock(lock_);
    stats.activeSessions = activeNow_;
    // Counted back from now: what lies before the retention is not known any more.
    for (auto one = firstFrom(end); one != minutes_.end(); ++one) {
      stats.activeSessions -= one->tally.sessionsChange;
    }
  }
  // Block by block, so that who records never waits for the whole range.
  for (std::int64_t next = first; next < end;) {
    const std::lock_guard lock(lock_);
    auto one = firstFrom(next);
    for (int read = 0; read < kBlock && one != minutes_.end() && one->minute < end; ++read, ++one) {
      addCounts(stats, one->tally);
      moments.add(one->tally.latency);
      one->latencies.addTo(counts);
      if (&*one == &minutes_.back()) addLatest(counts);
    }
    next = one == minutes_.end() ? end : one->minute;
  }
  stats.toolInvocations = stats.successfulToolCalls + stats.failedToolCalls;
  if (stats.toolInvocations != 0) {
    stats.errorRate =
        static_cast<double>(stats.failedToolCalls) / static_cast<double>(stats.toolInvocations);
  }
  stats.latency = statsOf(counts, moments);
  stats.avgLatency = stats.latency.mean;
}

void OrchestratorStatistics::addLatest(LatencyCounts& counts) const {
  if (latest_ == nullptr) return;
  for (std::size_t bucket = 0; bucket < counts.size(); ++bucket) {
    counts[bucket] += (*latest_)[bucket];
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

void StatisticsLink::add(std::int64_t minute, const Tally& tally,
                         std::span<const double> latencies) {
  if (statistics_ != nullptr && statistics_->add(minute, tally, latencies)) return;
  statistics_ = store_.forRecording(id_, minute);
  if (statistics_ != nullptr) statistics_->add(minute, tally, latencies);
}

AggregatedStats StatisticsStore::aggregate(std::string_view id, AggregatedStats::TimePoint start,
                                           AggregatedStats::TimePoint end,
                                           AggregatedStats::TimePoint now) const {
  checkRange(start, end);
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

std::vector<AggregatedStats> StatisticsStore::windows(std::string_view id,
                                                      AggregatedStats::TimePoint start,
                                                      AggregatedStats::TimePoint end,
                                                      std::chrono::minutes step,
                                                      AggregatedStats::TimePoint now) const {
  checkRange(start, end);
  if (step.count() <= 0) {
    throw std::invalid_argument("the step of the windows: expected at least a minute, got " +
                                std::to_string(step.count()));
  }
  const AggregatedStats::TimePoint stop = std::min(end, now);
  const std::int64_t first = RecordingClock::minuteOf(start);
  const std::int64_t last = RecordingClock::minuteOf(stop);
  const std::int64_t oldest = RecordingClock::minuteOf(now) - retainedMinutes_ + 1;
  if (stop <= timeOf(oldest)) return {};
  // A longer step than the range is one window, and the sums below stay in range.
  const std::int64_t length = std::min(step.count(), std::max(last - first, std::int64_t{0}) + 1);
  const std::int64_t skipped = std::max(oldest - first, std::int64_t{0}) / length * length;
  std::vector<AggregatedStats> all;
  for (std::int64_t at = first + skipped; at <= last && (at < last || timeOf(at) < stop);
       at += length) {
    // Nothing is known of what was before the oldest minute.
    const auto from = timeOf(std::max(at, oldest));
    all.push_back(aggregate(id, from, std::min(timeOf(at + length), stop), now));
  }
  return all;
}

}  // namespace orchestrator_exporter
