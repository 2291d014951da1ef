#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "exporter/processes/process_files.h"

namespace orchestrator_exporter {

// What the kernel counts for a process or a thread.
struct ProcessCounts {
  std::uint64_t userTicks = 0;
  std::uint64_t systemTicks = 0;
  std::uint64_t readBytes = 0;
  std::uint64_t writtenBytes = 0;
  std::uint64_t majorFaults = 0;
  std::uint64_t minorFaults = 0;
  std::uint64_t voluntarySwitches = 0;
  std::uint64_t nonvoluntarySwitches = 0;
};

inline constexpr std::array kAllCounts = {
    &ProcessCounts::userTicks,         &ProcessCounts::systemTicks,
    &ProcessCounts::readBytes,         &ProcessCounts::writtenBytes,
    &ProcessCounts::majorFaults,       &ProcessCounts::minorFaults,
    &ProcessCounts::voluntarySwitches, &ProcessCounts::nonvoluntarySwitches};

inline void add(ProcessCounts& to, const ProcessCounts& more) {
  for (const auto count : kAllCounts) to.*count += more.*count;
}

// How much each count grew. Some fall: a sum over living threads when one ends. They grew by
// nothing.
inline ProcessCounts growth(const ProcessCounts& before, const ProcessCounts& after) {
  ProcessCounts grown;
  for (const auto count : kAllCounts) {
    grown.*count = after.*count > before.*count ? after.*count - before.*count : 0;
  }
  return grown;
}

// The number of a wait channel in WaitChannels; kNoWaitChannel where a task waits in none.
using WaitChannel = std::uint32_t;
inline constexpr WaitChannel kNoWaitChannel = 0;

// What the last reading of a task, that is of a process or a thread, told.
struct TaskReading {
  bool known = false;    // it was read before
  bool ioKnown = false;  // counts has bytes that were read
  bool failed = false;   // io or the wait channel could not be read the last time
  char state = '?';
  WaitChannel waitChannel = kNoWaitChannel;
  ProcessCounts counts;
  ProcessCounts grown;               // since the reading before; nothing in the first
  ProcessStatus status;              // of this task alone
  std::uint64_t runNanoseconds = 0;  // of this task alone; 0 where the kernel does not tell
};

struct ThreadReading : TaskReading {
  int id = 0;
  std::uint64_t startTicks = 0;
  std::string name;
};

// Its counts are those of the process as a whole.
struct ProcessReading : TaskReading {
  std::uint64_t virtualBytes = 0;
  std::uint64_t residentBytes = 0;
  std::optional<std::uint64_t> proportionalResidentBytes;
  std::optional<std::uint64_t> proportionalSwappedBytes;
  std::int64_t openDescriptors = -1;             // negative where they cannot be counted
  std::optional<std::uint64_t> descriptorLimit;  // nullopt if it cannot be read
  std::uint64_t threadCount = 0;
  std::vector<ThreadReading> threads;  // of a process that has several, by id
  bool partialFailure = false;         // a file failed that is not needed to go on
};

}  // namespace orchestrator_exporter
