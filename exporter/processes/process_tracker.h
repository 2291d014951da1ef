#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "exporter/kernel/kernel.h"
#include "exporter/processes/naming/process_rules.h"
#include "exporter/processes/process_directory.h"
#include "exporter/processes/process_group.h"
#include "exporter/processes/process_reader.h"
#include "exporter/processes/running_program.h"
#include "exporter/processes/user_names.h"

namespace orchestrator_exporter {

// Follows the processes of a host and sums them up by group.
//
// A process is its number together with its start time. It is named when it is first seen, by the
// rules or else by its nearest ancestor that is in a group, and keeps that name until it executes
// another program; one that a rule named also until its user or cgroup changes, if the rules use
// those. One that gets no group is ignored until it executes another program, unless the options
// have it looked at again. What it counts from then on goes to its new group, and what it counted
// before stays with the old one. For one thread at a time.
class ProcessTracker {
 public:
  struct Options {
    bool children = true;  // descendants join the group of their nearest tracked ancestor
    bool recheck = false;  // look at processes without a group again on each pass,
    std::chrono::duration<double> recheckLimit{0};  // unless 0 only while they are younger
    bool removeEmptyGroups = false;
    bool proportionalMemory = false;
  };

  // Makes the first pass, from which on growth counts; where the processes cannot be listed yet,
  // the first update() that can makes it.
  ProcessTracker(Kernel& kernel, ProcessRules rules, const Options& options);

  // Reads all processes once. Returns 0, or the errno with which they could not be listed. While it
  // is not known when the host booted, rules of which one asks for the start of a process name
  // none.
  int update(Kernel& kernel);

  using Groups = std::map<std::string, ProcessGroup, std::less<>>;
  const Groups& groups() const { return groups_; }
  const WaitChannels& waitChannels() const { return reader_.waitChannels(); }
  // Unix seconds; nullopt while proc/stat does not tell.
  std::optional<std::uint64_t> bootTime() const { return bootTime_; }

  std::uint64_t readErrors() const { return readErrors_; }
  std::uint64_t partialErrors() const { return partialErrors_; }
  // Which files of processes have been refused so far for want of privileges; "" for none.
  std::string refusals() const { return reader_.refusals(); }

 private:
  enum class Fate : std::uint8_t { kUndecided, kTracked, kIgnored };

  struct Process {
    int id = 0;
    int parent = 0;
    std::uint64_t inode = 0;
    std::uint64_t startTicks = 0;
    Fate fate = Fate::kUndecided;
    bool isRead = false;       // in this pass
    bool isCounted = false;    // a group has counted it before
    bool isInherited = false;  // its group is that of an ancestor
    ProcessGroup* group = nullptr;
    ProcessReading reading = {};
    // What it was when it was named.
    RunningProgram program = {};
    std::uint32_t user = 0;
    std::string cgroups = {};  // its file, if the rules use it
  };

  void readBootTime(Kernel& kernel);
  int pass(Kernel& kernel);

  using ProcessPointer = std::unique_ptr<Process>;

  void look(Kernel& kernel, const TaskEntry& entry, ProcessPointer known);
  void keep(ProcessPointer process);
  bool read(const ProcessStat& stat, Process& process);
  bool hasMoved(const Process& process);
  // False if the process cannot be looked at now; then it is as it was.
  bool decide(Kernel& kernel, const ProcessStat& stat, Process& process);
  bool refreshReading(Process& process);
  void track(Process& process, ProcessGroup& group) const;
  void sumUp(const Process& process);
  void decideByAncestors();
  void decideByAncestors(Process& youngest);
  void ignore(Process& process) const;
  bool isYoung(const Process& process) const;
  double ageSeconds(const Process& process) const;
  double nowTicks() const;
  Process* find(int id);

  ProcessRules rules_;
  Options options_;
  ProcessDirectory directory_;
  ProcessReader reader_;
  UserNames users_;
  std::optional<std::uint64_t> bootTime_;
  double beginTicks_ = 0;  // of the first pass
  double passTicks_ = 0;   // of this pass
  bool priming_ = true;

  std::vector<TaskEntry> entries_;
  std::vector<ProcessPointer> processes_;  // by id
  std::vector<ProcessPointer> next_;       // what the running pass makes of them
  std::string command_;                    // of the process that is looked at
  std::vector<Process*> line_;             // ancestors that are looked at
  Groups groups_;
  std::uint64_t readErrors_ = 0;
  std::uint64_t partialErrors_ = 0;
};

}  // namespace orchestrator_exporter
