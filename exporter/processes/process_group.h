#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exporter/processes/process_reading.h"

namespace orchestrator_exporter {

// The states that are told apart, in the order of kProcessStates.
inline constexpr std::array<std::string_view, 5> kProcessStates = {"Running", "Sleeping", "Waiting",
                                                                   "Zombie", "Other"};
// The place in kProcessStates of a state as proc/<pid>/stat writes it.
std::size_t processState(char letter);

// The sums over the threads of one name in a group.
struct ThreadGroup {
  ProcessCounts grown;  // since threads of this name are there
  std::uint64_t threads = 0;
  bool ioKnown = false;
};

// The sums over the processes of one group: what they counted since tracking began, which outlives
// them, and what they have now.
class ProcessGroup {
 public:
  // Forgets what the processes had; sums that only grow stay.
  void begin();
  // Adds a process as it was just read.
  void add(const ProcessReading& process, std::uint64_t startTicks);
  // Drops the sums of thread names that no thread has any more.
  void end();

  ProcessCounts grown;
  bool ioKnown = false;         // of one process at least, once
  std::uint64_t members = 0;    // processes, those too that could not be read just now
  std::uint64_t processes = 0;  // that were read
  std::uint64_t threads = 0;
  std::uint64_t virtualBytes = 0;
  std::uint64_t residentBytes = 0;
  std::uint64_t swappedBytes = 0;
  std::optional<std::uint64_t> proportionalResidentBytes;
  std::optional<std::uint64_t> proportionalSwappedBytes;
  std::optional<std::uint64_t> openDescriptors;  // empty if none can be counted
  std::optional<double> worstDescriptorRatio;    // empty if none is known
  std::optional<std::uint64_t> oldestStartTicks;
  std::array<std::uint64_t, kProcessStates.size()> states{};
  std::vector<std::pair<WaitChannel, std::uint64_t>> waiting;  // tasks in each wait channel
  std::map<std::string, ThreadGroup, std::less<>> threadGroups;

 private:
  void addTask(const TaskReading& task);
};

}  // namespace orchestrator_exporter
