#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "exporter/processes/process_directory.h"
#include "metrics/profiling/profile.h"

namespace orchestrator_exporter::profiling {

// What threads wait for while they do not run, by looking at each of them from time to time:
// proc/<pid>/task/<tid>/stat and wchan (proc_pid_stat(5)). For one thread.
class ThreadStates {
 public:
  explicit ThreadStates(std::vector<int> processes)
      : processes_(std::move(processes)), directory_("/proc") {}

  // Looks once at all threads; what each waits for counts for the time since the look before.
  void look(std::int64_t nanosecondsSinceLast);
  // Adds the waits as stacks of thread, state and the function of the kernel that waits, with the
  // time in the value of this place and nothing in the others.
  void addTo(Profile& profile, std::size_t type) const;

 private:
  using Wait = std::pair<std::string, std::pair<char, std::string>>;  // thread, state, function

  std::vector<int> processes_;
  ProcessDirectory directory_;
  std::vector<TaskEntry> threads_;
  std::map<Wait, std::int64_t> waits_;
};

}  // namespace orchestrator_exporter::profiling
