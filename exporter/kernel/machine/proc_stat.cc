#include "exporter/kernel/machine/proc_stat.h"

#include <algorithm>
#include <string_view>

#include "metrics/base/ticks.h"

namespace orchestrator_exporter {

namespace {

ProcessorTime processorTime(const Row& row) {
  const auto cpu = parseInteger(row.word(0).substr(3));
  if (!cpu) throw row.error("cpu and its number", row.word(0));
  ProcessorTime time{.cpu = *cpu};
  const std::size_t known = std::min<std::size_t>(row.size() - 1, kProcessorModes);
  for (std::size_t i = 0; i < known; ++i) {
    time.seconds[i] = row.number(i + 1) / static_cast<double>(kTicksPerSecond);
  }
  return time;
}

// A processor that comes twice counts as it came last.
void store(std::vector<ProcessorTime>& processors, const ProcessorTime& time) {
  const bool ascends = processors.empty() || processors.back().cpu < time.cpu;
  const auto known =
      ascends ? processors.end()
              : std::find_if(processors.begin(), processors.end(),
                             [&](const ProcessorTime& other) { return other.cpu == time.cpu; });
  if (known == processors.end()) {
    processors.push_back(time);
  } else {
    *known = time;
  }
}

std::array<std::uint64_t, kSoftirqVectors> softirqCounts(const Row& row) {
  std::array<std::uint64_t, kSoftirqVectors> counts{};
  for (std::size_t i = 0; i < counts.size(); ++i) counts[i] = row.unsignedInteger(i + 2);
  return counts;
}

void readRow(const Row& row, ProcStat& stat) {
  const std::string_view key = row.word(0);
  if (key == "cpu") return;  // the sum of the others
  if (key.starts_with("cpu")) {
    store(stat.processors, processorTime(row));
  } else if (key == "intr") {
    stat.interrupts = row.unsignedInteger(1);
  } else if (key == "ctxt") {
    stat.contextSwitches = row.unsignedInteger(1);
  } else if (key == "btime") {
    stat.bootTime = row.unsignedInteger(1);
  } else if (key == "processes") {
    stat.forks = row.unsignedInteger(1);
  } else if (key == "procs_running") {
    stat.running = row.unsignedInteger(1);
  } else if (key == "procs_blocked") {
    stat.blocked = row.unsignedInteger(1);
  } else if (key == "softirq") {
    stat.softirqs = softirqCounts(row);
  }
}

ProcStat readAnew(Kernel& kernel) {
  ProcStat stat;
  for (const Row& row : kernel.require("proc/stat", Kernel::End::kShortAnswer).rows()) {
    const auto key = row.find(0);
    if (!key) continue;
    try {
      readRow(row, stat);
    } catch (const ParseError& refusal) {
      (key->starts_with("cpu") ? stat.processorRefusals : stat.otherRefusals).push_back(refusal);
    }
  }
  return stat;
}

}  // namespace

std::optional<std::uint64_t> bootTimeIn(const KernelFile& stat) {
  for (const Row& row : stat.rows()) {
    if (row.find(0) == "btime") return parseUnsigned(row.find(1).value_or(""));
  }
  return std::nullopt;
}

const ProcStat& readProcStat(Kernel& kernel) {
  return kernel.shared<ProcStat>([&] { return readAnew(kernel); });
}

}  // namespace orchestrator_exporter
