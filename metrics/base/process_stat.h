#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace orchestrator_exporter {

// Where the program of a process lies in memory: an exec puts another one elsewhere. The code's
// begin is 0 while the task has no program in memory and 1 if the kernel does not tell the reader.
struct ProgramAddresses {
  std::uint64_t codeBegin = 1;
  std::uint64_t codeEnd = 1;
  std::uint64_t stackBegin = 0;

  bool operator==(const ProgramAddresses&) const = default;
};

// What the content of a proc/<pid>/stat or proc/<pid>/task/<tid>/stat tells (proc_pid_stat(5)).
// Times are in ticks (kTicksPerSecond).
struct ProcessStat {
  std::string_view command;
  char state = '?';
  int parent = 0;
  std::uint64_t flags = 0;  // PF_… of the kernel's linux/sched.h
  std::uint64_t minorFaults = 0;
  std::uint64_t majorFaults = 0;
  std::uint64_t userTicks = 0;
  std::uint64_t systemTicks = 0;
  std::uint64_t threads = 0;
  std::uint64_t startTicks = 0;  // since boot
  std::uint64_t virtualBytes = 0;
  std::uint64_t residentPages = 0;
  ProgramAddresses program;
};
// nullopt if the text makes no sense. The command points into it.
std::optional<ProcessStat> readProcessStat(std::string_view text);

}  // namespace orchestrator_exporter
