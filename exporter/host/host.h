#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/host/collector.h"
#include "exporter/host/collector_thread.h"
#include "exporter/kernel/machine/device_events.h"
#include "exporter/log.h"
#include "metrics/source.h"
#include "metrics/wanted.h"

namespace orchestrator_exporter {

// A name in Wanted::only that cannot be served: what() says which and why.
class UnknownCollector : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// How a collector fared the last time that it ran.
struct CollectorStatus {
  std::string name;
  std::optional<CollectorOutcome::Result> result = {};  // nullopt: it has not run yet
  double seconds = 0;
  std::string error = {};  // where it did not succeed

  bool success() const { return result == CollectorOutcome::Result::kSuccess; }
};

// The monitored host: runs the enabled collectors and gives their samples, and for each collector
// that ran node_scrape_collector_duration_seconds and _success. Collectors run one after the other
// in the calling thread; those that may block run meanwhile on threads of their own and are left
// behind at the deadline (success 0, node_scrape_collector_timeout_total), so that collect() always
// comes back in time. On a running kernel, a collector that had no data is left out until the
// kernel tells of a new device or module, or a few scrapes have passed. May be called by several
// threads at once.
class Host final : public Source {
 public:
  struct Config {
    Roots roots = {};
    Flags flags = {};
    // How long a scrape that names no budget waits for collectors that block.
    std::chrono::duration<double> budget = std::chrono::seconds(10);
    Log log = [](LogLevel, std::string_view) {};
  };

  // Constructs all enabled collectors; throws StartError for flags that cannot be right and for
  // roots that are not there.
  explicit Host(Config config);
  ~Host() override;

  // What else reads the kernel in a scrape. It is called once, after the collectors that run in the
  // calling thread, with the kernel that they have read and with what they share there.
  using Afterwards = std::function<void(Kernel&)>;

  void collect(Sink& out) override { collect(out, {}); }
  // Throws UnknownCollector, before anything is given.
  void collect(Sink& out, const Wanted& wanted, const Afterwards& afterwards = {});

  // All enabled collectors, by name.
  std::vector<CollectorStatus> statuses() const;

 private:
  class Unit;
  // Runs on threads, by their number; nullopt if none could be started.
  using ThreadRuns = std::vector<std::pair<Unit*, std::optional<std::uint64_t>>>;

  std::vector<Unit*> choose(const Wanted& wanted) const;
  void runInline(const std::vector<Unit*>& units, CollectorThread::Clock::time_point deadline,
                 ThreadRuns& runs, Sink& out, const Afterwards& afterwards);
  void await(Unit& unit, std::optional<std::uint64_t> run, CollectorThread::Clock::time_point until,
             Sink& out);
  void settle(Unit& unit, const CollectorOutcome& outcome);
  void report(const std::vector<Unit*>& units, Sink& out) const;

  Config config_;
  bool looksAnew();

  std::mutex inlineMutex_;  // guards what follows and the collectors that run inline
  Kernel kernel_;
  DeviceEvents deviceEvents_;
  unsigned scrapesToLook_ = 0;  // at what had no data, because something may have come
  unsigned scrapesSinceLooked_ = 0;
  std::vector<std::unique_ptr<Unit>> units_;
};

}  // namespace orchestrator_exporter
