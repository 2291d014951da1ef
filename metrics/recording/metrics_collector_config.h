#pragma once

#include <chrono>
#include <functional>
#include <string_view>

#include "metrics/recording/identifier_limit.h"

namespace orchestrator_exporter {

// How a MetricsCollector works. Its constructor refuses invalid numbers.
struct MetricsCollectorConfig {
  // Queue updates and apply them in batches; otherwise each is applied at once.
  bool enableBatching = true;
  // A queued update is applied after this long at most. A scrape applies what is queued first.
  std::chrono::milliseconds batchFlushInterval{5000};
  // A queue with this many updates is applied at once.
  int maxBatchSize = 100;
  // Log every record and flush.
  bool debug = false;
  // Takes the lines of `debug`; they go to std::clog if it is empty. Called from any thread, by
  // several at once, within calls that must not throw.
  std::function<void(std::string_view)> log = {};

  // How far aggregatedStats() reaches back, and of how many orchestrators. An orchestrator takes at
  // most 6 KiB an hour without messages, some 13 KiB with them, 145 KiB in the worst case (see
  // OrchestratorStatistics). One above the number has no statistics until another was silent for
  // the whole retention; its metrics are complete all the same.
  std::chrono::minutes statisticsRetention = std::chrono::hours(24);
  int maxOrchestrators = 1000;
  // Series of one family above this number are counted in one whose labels are all "overflow".
  int maxSeriesPerFamily = 100'000;
  // A series that nobody recorded to for this long goes away, unless sessions are active in it, and
  // begins at 0 when it comes back; 0 = never.
  std::chrono::milliseconds expireAfter{0};
  // Identifiers with more bytes are cut at the end of a character, and the record is counted in
  // metrics_collector_cut_identifiers_total. apply() refuses them.
  int maxIdentifierLength = kLongestIdentifier;
  // Count native buckets beside the classic ones of the message latency.
  bool nativeLatencyBuckets = false;

  // The system's clocks if empty.
  std::function<std::chrono::system_clock::time_point()> wallClock = {};
  std::function<std::chrono::steady_clock::time_point()> steadyClock = {};
};

}  // namespace orchestrator_exporter
