#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "metrics/brief_lock.h"

namespace exporter {

// What happened at one orchestrator in some time, to be added up.
struct Tally {
  double tokens = 0;
  double latencySeconds = 0;
  std::uint32_t latencies = 0;
  std::uint32_t sessionsStarted = 0;
  std::int32_t sessionsChange = 0;  // started less ended
  std::uint32_t errors = 0;
  std::uint32_t toolSuccesses = 0;
  std::uint32_t toolFailures = 0;
  std::uint32_t delegations = 0;
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
  double avgLatency = 0;  // milliseconds; 0 where there was no message
  double errorRate = 0;   // failed tool calls / tool invocations; 0 where there were none
  std::uint64_t errors = 0;
  std::uint64_t successfulToolCalls = 0;
  std::uint64_t failedToolCalls = 0;  // error or timeout
  std::uint64_t toolInvocations = 0;
  std::uint64_t delegations = 0;  // from it or to it
};

// The minutes of one orchestrator: a ring of those in which something happened, 56 bytes each,
// which forgets what is older than the retention. Thread-safe.
class OrchestratorStatistics {
 public:
  explicit OrchestratorStatistics(std::int64_t retainedMinutes) : retained_(retainedMinutes) {}

  // `minute` counts from the Unix epoch, here and below.
  // False where it was forgotten meanwhile: ask the store for another.
  bool add(std::int64_t minute, const Tally& tally);
  // Adds the minutes from `first` up to, not including, `end` into `stats`.
  void sum(std::int64_t first, std::int64_t end, AggregatedStats& stats) const;
  // True, from then on, where nothing happened in the retention before `minute` and no session is
  // active.
  bool forget(std::int64_t minute);

 private:
  struct Minute {
    std::int64_t minute;
    Tally tally;
  };

  Tally& tallyOf(std::int64_t minute);

  const std::int64_t retained_;
  mutable BriefLock lock_;
  std::deque<Minute> minutes_;  // ascending
  std::int64_t activeNow_ = 0;
  bool forgotten_ = false;
};

// The statistics of all orchestrators, of which there are at most a given number. Thread-safe.
class StatisticsStore {
 public:
  StatisticsStore(std::chrono::minutes retention, std::size_t mostOrchestrators)
      : retainedMinutes_(retention.count()), most_(mostOrchestrators) {}

  // The one to record to, made where it is not there yet. Null where the store is full of others
  // that still have something to tell.
  std::shared_ptr<OrchestratorStatistics> forRecording(std::string_view id, std::int64_t minute);

  // The sums over the minutes that the range touches, as far back as the retention reaches and up
  // to now. Throws std::invalid_argument where the range is empty or ends before it starts.
  AggregatedStats aggregate(std::string_view id, AggregatedStats::TimePoint start,
                            AggregatedStats::TimePoint end, AggregatedStats::TimePoint now) const;

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

  void add(std::int64_t minute, const Tally& tally);

 private:
  StatisticsStore& store_;
  const std::string id_;
  std::shared_ptr<OrchestratorStatistics> statistics_;
};

}  // namespace exporter
