#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "metrics/base/process/process_stat.h"

namespace orchestrator_exporter {

// What the files of a process tell, see proc(5); its stat is in process_stat.h. The readers take
// the content of a file and return nullopt if it makes no sense; views point into the content.

// proc/<pid>/status; what it does not tell is 0 (kernel threads have no memory rows).
struct ProcessStatus {
  std::uint32_t effectiveUser = 0;
  std::uint64_t swappedBytes = 0;
  std::uint64_t voluntarySwitches = 0;
  std::uint64_t nonvoluntarySwitches = 0;
};
std::optional<ProcessStatus> readProcessStatus(std::string_view text);

// The nanoseconds on a processor in proc/<pid>/schedstat, of this one task; see the kernel's
// Documentation/scheduler/sched-stats.rst. nullopt for 0, which kernels write that do not count.
std::optional<std::uint64_t> readRunNanoseconds(std::string_view text);

// proc/<pid>/io: what went to and came from storage.
struct ProcessIo {
  std::uint64_t readBytes = 0;
  std::uint64_t writtenBytes = 0;
};
std::optional<ProcessIo> readProcessIo(std::string_view text);

// The soft limit of open files in proc/<pid>/limits; the largest number for "unlimited".
std::optional<std::uint64_t> readDescriptorLimit(std::string_view text);

// The sums over proc/<pid>/smaps_rollup, or over proc/<pid>/smaps of kernels before 4.14; nullopt
// for what has no row, as in the empty file of a kernel thread, or a row that makes no sense.
struct ProportionalMemory {
  std::optional<std::uint64_t> residentBytes = {};
  std::optional<std::uint64_t> swappedBytes = {};
};
ProportionalMemory readProportionalMemory(std::string_view text);

// The paths in proc/<pid>/cgroup, in its order; none where a line makes no sense.
std::vector<std::string_view> readCgroupPaths(std::string_view text);

// The arguments in proc/<pid>/cmdline; none for kernel threads and zombies.
std::vector<std::string_view> readArguments(std::string_view text);

}  // namespace orchestrator_exporter
