#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/processes/process_directory.h"
#include "exporter/processes/process_files.h"
#include "exporter/processes/process_reading.h"

namespace orchestrator_exporter {

// Gives each name of a wait channel a number, so that a reading is as small as it can be. The
// kernel has only as many names as it has functions that wait.
class WaitChannels {
 public:
  WaitChannels() : names_(1) {}

  // kNoWaitChannel for an empty name and for 0, which the kernel writes where it does not tell.
  WaitChannel numberOf(std::string_view name);
  const std::string& name(WaitChannel channel) const { return names_[channel]; }

 private:
  std::vector<std::string> names_;                           // valid UTF-8
  std::map<std::string, WaitChannel, std::less<>> numbers_;  // by what the kernel wrote
};

// Reads all that the families need of one process after the other, in place over the reading
// before.
//
// On a mounted procfs it leaves out what cannot have changed: a task that is not running now and
// whose time on a processor is to the nanosecond what it was has not run in between, so that its
// switches, user, io and wait channel are what they were. What others can change meanwhile (memory,
// limits, descriptors) is always read.
class ProcessReader {
 public:
  ProcessReader(ProcessDirectory& directory, bool proportionalMemory)
      : directory_(directory), proportionalMemory_(proportionalMemory) {}

  // Called before each pass over the processes.
  void begin();

  enum class Outcome : std::uint8_t { kRead, kGone, kFailed };

  // `stat` is the process' own, just read; its views are not used. Where the outcome is not kRead
  // the reading is as it was.
  Outcome read(int process, const ProcessStat& stat, ProcessReading& reading);
  const WaitChannels& waitChannels() const { return waitChannels_; }

  // Which files have been refused so far for want of privileges, such as "io, fd"; "" for none.
  std::string refusals() const;

 private:
  // What one reading of a task finds before it is settled.
  struct Finding {
    ProcessCounts counts;
    char state = '?';
    ProcessStatus status;
    std::uint64_t runNanoseconds = 0;
    WaitChannel waitChannel = kNoWaitChannel;
    bool ioRead = false;
    bool failed = false;
  };
  static Finding findingOf(const ProcessStat& stat, std::uint64_t runNanoseconds);
  static void takeStatus(const ProcessStatus& status, Finding& finding);
  bool rested(const TaskReading& before, const Finding& now) const;
  static void keepRest(const TaskReading& before, Finding& finding);
  void takeIo(const ProcessDirectory::Result& file, const TaskReading& before, Finding& finding);
  void takeWaitChannel(const ProcessDirectory::Result& file, Finding& finding);
  static void settle(TaskReading& reading, const Finding& finding);

  Outcome readStatus(int process, const ProcessReading& before, Finding& finding);
  bool readThreadStatus(int process, int id, Finding& finding);
  bool readThreads(int process, const Finding& leader, const ProcessReading& before);
  bool readThread(int process, int id, const Finding& leader, ThreadReading& thread);
  bool hasEnded(int process);
  std::optional<std::uint64_t> readLimit(int process);
  bool readProportionalMemory(int process, ProcessReading& reading);

  ProcessDirectory& directory_;
  bool proportionalMemory_;
  bool swapInUse_ = true;
  WaitChannels waitChannels_;
  std::vector<TaskEntry> tasks_;
  std::vector<ThreadReading> threads_;  // of the process that is being read
  bool threadsRan_ = false;             // one of them ran, or is new, or one has ended
  bool ioRefused_ = false;
  bool descriptorsRefused_ = false;
  bool proportionalRefused_ = false;
};

}  // namespace orchestrator_exporter
