#pragma once

#include <cstdint>
#include <optional>

#include "exporter/kernel/descriptor.h"

namespace orchestrator_exporter {

// One counter of perf_event_open(2) for all processes on one processor; counts from construction to
// destruction.
class PerfEvent {
 public:
  // `type` and `config` as in perf_event_attr. Where the kernel refuses, isOpen() is false.
  PerfEvent(std::uint32_t type, std::uint64_t config, int processor);

  bool isOpen() const { return descriptor_.isOpen(); }
  // Why it is not open (errno).
  int error() const { return error_; }

  // Events since construction, as many as there would be had the counter run all the time; nullopt
  // where it could not run yet. Throws ReadError.
  std::optional<double> read() const;

 private:
  Descriptor descriptor_;
  int error_ = 0;
};

// What a counter's answer comes to: the kernel lets more counters than the processor has take
// turns.
std::optional<double> scaledCount(std::uint64_t count, std::uint64_t timeEnabled,
                                  std::uint64_t timeRunning);

}  // namespace orchestrator_exporter
