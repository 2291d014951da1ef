#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <queue>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "exporter/probes/background/found_samples.h"
#include "exporter/probes/probe.h"
#include "exporter/probes/regular_probe.h"
#include "metrics/snapshot.h"
#include "metrics/source.h"

namespace orchestrator_exporter::probes {

// Looks at targets at their intervals and gives what was found last, with the name of the probe as
// label. Targets of one interval are spread over it.
//
// A probe has a thread while it runs. One thread waits for what is due next; more are started only
// while probes hang, so that the others keep their intervals. The deadline of a probe is the
// module's time-out, or its interval if that is shorter. Thread-safe.
class BackgroundProbes final : public Source {
 public:
  explicit BackgroundProbes(Surroundings surroundings);
  // Gives up the probes under way and waits for their threads.
  ~BackgroundProbes() override;
  BackgroundProbes(const BackgroundProbes&) = delete;
  BackgroundProbes& operator=(const BackgroundProbes&) = delete;

  // From now on these. A probe that is the same as before keeps its counts and its time.
  void setProbes(const std::vector<RegularProbe>& probes);

  void collect(Sink& out) override;

  // How many threads there are at the moment.
  std::size_t threads() const;

 private:
  using Time = Waiting::Time;
  static constexpr std::array<double, 11> kBounds = {.005, .01, .025, .05, .1, .25,
                                                     .5,   1,   2.5,  5,   10};
  // One probe and what it found.
  struct Regular {
    explicit Regular(const RegularProbe& probe) : settings(probe) {}

    const RegularProbe settings;
    std::stop_source stop = {};
    std::mutex mutex = {};  // guards what follows
    std::shared_ptr<const FoundSamples> found = {};
    std::array<std::uint64_t, kBounds.size() + 1> latencies = {};
    double seconds = 0;  // of all probes together
    std::uint64_t successes = 0;
    std::uint64_t failures = 0;
    std::uint64_t bytes = 0;
  };
  struct Due {
    Time time;
    std::shared_ptr<Regular> probe;
    bool operator>(const Due& other) const { return time > other.time; }
  };

  void run();
  // With mutex_ held.
  void startThread();
  // `scratch` is emptied first.
  void look(Regular& regular, Snapshot& scratch) const;
  static void give(Regular& regular, Sink& out);

  const Surroundings surroundings_;
  mutable std::mutex mutex_;        // guards what follows
  std::condition_variable wakes_;   // the one that waits for what is due
  std::condition_variable spares_;  // those that wait to be the next one
  std::vector<std::shared_ptr<Regular>> probes_;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
  bool isWaiting_ = false;        // a thread waits for what is due
  std::size_t idle_ = 0;          // threads that wait, that one included
  std::uint64_t generation_ = 0;  // of probes_
  bool isStopping_ = false;
  std::vector<std::jthread> threads_;
  std::vector<std::thread::id> ended_;  // of threads_ that can be joined
};

}  // namespace orchestrator_exporter::probes
