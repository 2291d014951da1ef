#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "exporter/kernel/kernel.h"

namespace orchestrator_exporter {

// The columns of a processor's row in proc/stat; user includes guest, nice includes guestNice.
enum ProcessorMode : std::uint8_t {
  kUser,
  kNice,
  kSystem,
  kIdle,
  kIowait,
  kIrq,
  kSoftirq,
  kSteal,
  kGuest,
  kGuestNice,
  kProcessorModes,
};

// Time that one processor spent in each mode. Modes that an older kernel does not know stay at
// zero.
struct ProcessorTime {
  std::int64_t cpu = 0;
  std::array<double, kProcessorModes> seconds{};
};

inline constexpr std::size_t kSoftirqVectors = 10;

// What proc/stat tells, see proc(5); a row that is missing or refused leaves its field empty.
struct ProcStat {
  // One for each processor that is online, in the order of the file.
  std::vector<ProcessorTime> processors;
  std::optional<std::uint64_t> interrupts;
  std::optional<std::uint64_t> contextSwitches;
  std::optional<std::uint64_t> bootTime;  // Unix seconds
  std::optional<std::uint64_t> forks;
  std::optional<std::uint64_t> running;
  std::optional<std::uint64_t> blocked;
  // hi, timer, net_tx, net_rx, block, irq_poll, tasklet, sched, hrtimer, rcu.
  std::optional<std::array<std::uint64_t, kSoftirqVectors>> softirqs;
  // What was wrong with the rows that were refused.
  std::vector<ParseError> processorRefusals;
  std::vector<ParseError> otherRefusals;
};

// Read once a scrape. Rows that it does not know are passed over. Throws ReadError if proc/stat
// cannot be read.
const ProcStat& readProcStat(Kernel& kernel);

// When the machine was started (Unix seconds), of the text of a proc/stat; nullopt if it does
// not tell. For those who want nothing else of it.
std::optional<std::uint64_t> bootTimeIn(const KernelFile& stat);

}  // namespace orchestrator_exporter
