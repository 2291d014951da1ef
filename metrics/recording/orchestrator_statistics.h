#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/base/brief_lock.h"
#include "metrics/recording/latency_buckets.h"

namespace orchestrator_exporter {

// What happened at one orchestrator in some time, to be added up.
struct Tally {
  double tokens = 0;
  LatencyMoments latency;
  std::uint32_t sessionsStarted = 0;
  std::int32_t sessionsChange = 0;  // started less ended
  std::uint32_t errors = 0;
  std::uint32_t toolSuccesses = 0;
  std::uint32_t toolFailures = 0;
  std::uint32_t delegations = 0;
};

// Latencies of messages in some time, in milliseconds; all 0 where there was no message. The
// quantiles are within 3.2 % of the true ones, the rest is exact.
struct LatencyStats {
  std::uint64_t messages = 0;
  double mean = 0;
  double standardDeviation = 0;  // of all of them, not of a sample
  double minimum = 0;
  double maximum = 0;
  double p50 = 0;
  double p90 = 0;
  double p95 = 0;
  double p99 = 0;
  double p999 = 0;
};

// Statistics of one orchestrator between two points in time.
struct AggregatedStats {
  using TimePoint = std::chrono::system_clock::time_point;

  std::string orchestratorId;
  TimePoint start;  // what the answer really covers
  TimePoint end;
  std::uint64_t totalSessions = 0;  // started in the range
  std::int64_t activeSessions = 0;  // at its end
  double totalTokens = 0;
  double avgLatency = 0;  // milliseconds, as latency.mean; 0 where there was no message
  LatencyStats latency;
  double errorRate = 0;  // failed tool calls / tool invocations; 0 where there were none
  std::uint64_t errors = 0;
  std::uint64_t successfulToolCalls = 0;
  std::uint64_t failedToolCalls = 0;  // error or timeout
  std::uint64_t toolInvocations = 0;
  std::uint64_t delegations = 0;  // from it or to it
};

// The minutes of one orchestrator: a ring of those in which something happened, which forgets what
// is older than the retention. A minute takes 104 bytes, and 4 for each of the 592 latency buckets
// that it touches; the latest one 2.3 KiB for latencies instead. So an hour takes 6 KiB without
// messages, some 13 KiB where latencies of one minute spread over a factor of ten, and never more
// than 145 KiB. Thread-safe.
class OrchestratorStatistics {
 public:
  explicit OrchestratorStatistics(std::int64_t retainedMinutes) : retained_(retainedMinutes) {}

  // `minute` counts from the Unix epoch, here and below.
  // `latencies` are those of the tally, in seconds. False if it was forgotten meanwhile: ask the
  // store for another.
  bool add(std::int64_t minute, const Tally& tally, std::span<const double> latencies);
  // Adds the minutes from `first` up to, not including, `end` into `stats`.
  void sum(std::int64_t first, std::int64_t end, AggregatedStats& stats) const;
  // True, from then on, where nothing happened in the retention before `minute` and no session is
  // active.
  bool forget(std::int64_t minute);

 private:
  struct Minute {
    std::int64_t minute;
    Tally tally = {};
    PackedLatencyCounts latencies = {};
  };
  static_assert(sizeof(Minute) == 104);
  // So many minutes are read under one lock: a microsecond or two.
  static constexpr int kBlock = 16;

  using LatestCounts = std::array<std::uint32_t, LatencyBuckets::kCount>;

  // All below with the lock held.
  Minute& at(std::int64_t minute);
  void packLatest();
  void addLatencies(Minute& minute, std::span<const double> latencies);
  void addLatest(LatencyCounts& counts) const;
  std::deque<Minute>::const_iterator firstFrom(std::int64_t minute) const;

  const std::int64_t retained_;
  mutable BriefLock lock_;
  std::deque<Minute> minutes_;  // ascending
  // Latencies of the last minute, quick to add to; null before the first.
  std::unique_ptr<LatestCounts> latest_;
  std::int64_t activeNow_ = 0;
  bool forgotten_ = false;
};

// The statistics of all orchestrators, of which there are at most a given number. Thread-safe.
class StatisticsStore {
 public:
  StatisticsStore(std::chrono::minutes retention, std::size_t mostOrchestrators)
      : retainedMinutes_(retention.count()), most_(mostOrchestrators) {}

  // The one to record to, made where it is not there yet. Null if the store is full of others
  // that still have something to tell.
  std::shared_ptr<OrchestratorStatistics> forRecording(std::string_view id, std::int64_t minute);

  // The sums over the minutes that the range touches, as far back as the retention reaches and up
  // to now. Throws std::invalid_argument where the range is empty or ends before it starts.
  AggregatedStats aggregate(std::string_view id, AggregatedStats::TimePoint start,
                            AggregatedStats::TimePoint end, AggregatedStats::TimePoint now) const;

  // The same for each `step` of the range, from the minute of its start on, without those that the
  // retention does not reach and those that are still to come. They share no minute, so they add up
  // to the whole. Throws std::invalid_argument also for a step that is not above 0.
  std::vector<AggregatedStats> windows(std::string_view id, AggregatedStats::TimePoint start,
                                       AggregatedStats::TimePoint end, std::chrono::minutes step,
                                       AggregatedStats::TimePoint now) const;

 private:
  const std::int64_t retainedMinutes_;
  const std::size_t most_;
  mutable std::mutex mutex_;
  std::int64_t lastCleared_ = 0;  // the minute in which room was last looked for
  std::map<std::string, std::shared_ptr<OrchestratorStatistics>, std::less<>> all_;
};

// Remembers where the statistics of one orchestrator go. For one thread at a time.
class StatisticsLink {
 public:
  StatisticsLink(StatisticsStore& store, std::string_view id) : store_(store), id_(id) {}

  void add(std::int64_t minute, const Tally& tally, std::span<const double> latencies = {});

 private:
  StatisticsStore& store_;
  const std::string id_;
  std::shared_ptr<OrchestratorStatistics> statistics_;
};

}  // namespace orchestrator_exporter
