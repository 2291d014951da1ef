#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/kernel/descriptor.h"

namespace orchestrator_exporter::profiling {

// What is sampled, and how.
struct SamplingOptions {
  std::vector<int> processes = {};  // with all their threads and what they start; none: everything
  unsigned frequency = 99;          // samples a second of CPU time
  bool withStacks = false;          // copies of the stacks, for DWARF; else frame pointers
};

// Samples of perf_event_open(2) from all processors. Events are counted by the processor's cycles
// or, where it has no counters, as in virtual machines, by the kernel's clock. For one thread.
class PerfRings {
 public:
  // Opens the events; nothing is sampled yet. Throws std::runtime_error with one line that says
  // which setting or capability is missing, or that there is no such process.
  explicit PerfRings(const SamplingOptions& options);
  ~PerfRings();
  PerfRings(const PerfRings&) = delete;
  PerfRings& operator=(const PerfRings&) = delete;

  void start();
  void stop();
  // Comes back when a ring is half full or the time is over.
  void wait(std::chrono::milliseconds time) const;
  // Hands over all records that were written before this call, of all processors in the order of
  // time. Records point into memory that is used again.
  void read(const std::function<void(std::string_view record)>& take);

  // False if the kernel leaves its own functions out for want of privileges.
  bool seesKernel() const { return seesKernel_; }
  // False if the kernel's clock stands in for the processor's counter.
  bool countsCycles() const { return countsCycles_; }
  // True once all sampled processes have ended.
  bool allEnded() const;

 private:
  class Ring;

  void openEvents(const SamplingOptions& options);
  bool openThread(int thread, int processor);

  bool seesKernel_ = true;
  bool countsCycles_ = true;
  bool withStacks_ = false;
  unsigned frequency_ = 0;
  std::vector<int> processes_;
  std::vector<std::unique_ptr<Ring>> rings_;                 // of each processor
  std::vector<Descriptor> events_;                           // that write into another's ring
  std::vector<std::pair<std::uint64_t, std::string>> kept_;  // too young for the last read()
};

}  // namespace orchestrator_exporter::profiling
