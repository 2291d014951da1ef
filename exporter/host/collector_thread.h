#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "exporter/host/collector.h"
#include "metrics/snapshot.h"

namespace orchestrator_exporter {

// How one run of a collector ended.
struct CollectorOutcome {
  enum class Result : std::uint8_t { kSuccess, kNoData, kFailure };
  Result result = Result::kSuccess;
  std::string error = {};  // of a failure
  double seconds = 0;
  std::string complaint = {};  // of a success
};

// Runs the collector once and catches what it throws.
CollectorOutcome runCollector(Collector& collector, Kernel& kernel, Sink& out);

// Runs a collector that may block on a thread of its own, one run at a time. Scrapes that come
// while a run is going on share it, unless a scrape has waited for it in vain: then it is left
// alone until it ends. May be used by several threads at once. Destruction does not wait for a run
// that hangs: its thread and its collector are left behind.
class CollectorThread {
 public:
  using Clock = std::chrono::steady_clock;

  CollectorThread(std::unique_ptr<Collector> collector, const Roots& roots);
  ~CollectorThread();
  CollectorThread(const CollectorThread&) = delete;
  CollectorThread& operator=(const CollectorThread&) = delete;

  struct Run {
    CollectorOutcome outcome;
    Snapshot samples;
  };

  // Starts a run, or joins the one that is going on, and tells its number; nullopt while a run
  // hangs. `deadline` is what a new run may read as Kernel::deadline().
  std::optional<std::uint64_t> start(Clock::time_point deadline);
  // The run of that number, or null if it has not ended by the deadline.
  std::shared_ptr<const Run> wait(std::uint64_t number, Clock::time_point deadline);

 private:
  struct State;
  static void serve(const std::shared_ptr<State>& state);

  std::shared_ptr<State> state_;
};

}  // namespace orchestrator_exporter
