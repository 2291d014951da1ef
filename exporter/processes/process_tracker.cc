#include "exporter/processes/process_tracker.h"

#include <algorithm>
#include <cerrno>
#include <ctime>

#include "exporter/kernel/machine/proc_stat.h"
#include "metrics/base/process/ticks.h"

namespace orchestrator_exporter {

ProcessTracker::ProcessTracker(Kernel& kernel, ProcessRules rules, const Options& options)
    : rules_(std::move(rules)),
      options_(options),
      directory_(kernel.roots().procfs),
      reader_(directory_, options.proportionalMemory) {
  update(kernel);
}

void ProcessTracker::readBootTime(Kernel& kernel) {
  if (bootTime_) return;
  if (const auto file = kernel.readIfPossible("proc/stat")) bootTime_ = bootTimeIn(*file);
}

// Start times count from the boot, and so does this clock, the host's sleep included. In a copy of
// procfs the boot was at some other time, so that only its wall clock helps; while that boot is not
// known, every process in it passes for an old one.
double ProcessTracker::nowTicks() const {
  constexpr auto kTicks = static_cast<double>(kTicksPerSecond);
  const auto seconds = [](clockid_t clock) {
    timespec time{};
    clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
  };
  if (directory_.live()) return seconds(CLOCK_BOOTTIME) * kTicks;
  return (seconds(CLOCK_REALTIME) - static_cast<double>(bootTime_.value_or(0))) * kTicks;
}

bool ProcessTracker::isYoung(const Process& process) const {
  return static_cast<double>(process.startTicks) > beginTicks_;
}

double ProcessTracker::ageSeconds(const Process& process) const {
  return (passTicks_ - static_cast<double>(process.startTicks)) /
         static_cast<double>(kTicksPerSecond);
}

int ProcessTracker::update(Kernel& kernel) {
  readBootTime(kernel);
  return pass(kernel);
}

int ProcessTracker::pass(Kernel& kernel) {
  passTicks_ = nowTicks();
  if (const int error = directory_.list(entries_)) return error;
  if (priming_) beginTicks_ = passTicks_;
  reader_.begin();
  for (auto& [name, group] : groups_) group.begin();
  next_.clear();
  auto known = processes_.begin();
  for (const TaskEntry& entry : entries_) {
    while (known != processes_.end() && (*known)->id < entry.id) ++known;
    const bool isKnown = known != processes_.end() && (*known)->id == entry.id;
    look(kernel, entry, isKnown ? std::move(*known++) : nullptr);
  }
  processes_.swap(next_);
  next_.clear();
  decideByAncestors();
  if (options_.removeEmptyGroups) {
    std::erase_if(groups_, [](const auto& entry) { return entry.second.members == 0; });
  }
  for (auto& [name, group] : groups_) group.end();
  directory_.trim();
  priming_ = false;
  return 0;
}

// Takes the process over into this pass, where it is there and can be read.
void ProcessTracker::look(Kernel& kernel, const TaskEntry& entry, ProcessPointer process) {
  // Of the directory of a process that ends, the kernel drops the inode; a later process of the
  // same number gets another.
  const bool same = directory_.live() && process && process->inode == entry.inode;
  if (same && process->fate == Fate::kIgnored && !process->program.canBeReplaced()) {
    return keep(std::move(process));
  }
  const auto keepIfDecided = [&] {
    if (process && process->fate != Fate::kUndecided) keep(std::move(process));
  };
  const auto file = directory_.read(entry.id, "stat");
  auto stat = file.error == 0 ? readProcessStat(file.text) : std::nullopt;
  if (process) process->isRead = false;
  // Not lost yet: what it counts until it can be read again is its growth.
  if (!stat) return keepIfDecided();
  // What the file named is gone with the next read.
  command_ = stat->command;
  stat->command = command_;
  if (!process || process->startTicks != stat->startTicks) process = std::make_unique<Process>();
  process->id = entry.id;
  process->inode = entry.inode;
  process->startTicks = stat->startTicks;
  process->parent = stat->parent;
  const bool isReplaced = process->program.isReplaced(*stat);
  if (process->fate == Fate::kIgnored && !isReplaced) return keep(std::move(process));

  // A process that was looked at before without finding a group is read only once it has one.
  const bool again = process->fate == Fate::kUndecided && process->reading.known && !isReplaced &&
                     !rules_.useUsername();
  if (again) {
    partialErrors_ += process->reading.partialFailure;
  } else if (!read(*stat, *process)) {
    return keepIfDecided();
  }
  const bool isNamed = process->fate == Fate::kTracked && !isReplaced && !hasMoved(*process);
  if (!isNamed && !decide(kernel, *stat, *process)) return keepIfDecided();
  keep(std::move(process));
}

void ProcessTracker::keep(ProcessPointer process) {
  if (process->fate == Fate::kTracked) sumUp(*process);
  next_.push_back(std::move(process));
}

void ProcessTracker::sumUp(const Process& process) {
  ++process.group->members;
  if (process.isRead) process.group->add(process.reading, process.startTicks);
}

bool ProcessTracker::read(const ProcessStat& stat, Process& process) {
  const auto outcome = reader_.read(process.id, stat, process.reading);
  process.isRead = outcome == ProcessReader::Outcome::kRead;
  if (process.isRead) partialErrors_ += process.reading.partialFailure;
  if (priming_) readErrors_ += outcome == ProcessReader::Outcome::kFailed;
  return process.isRead;
}

// Whether a process that a rule named may have another name by now, though it runs the same
// program.
bool ProcessTracker::hasMoved(const Process& process) {
  if (process.isInherited) return false;
  if (rules_.useUsername() && process.reading.status.effectiveUser != process.user) return true;
  if (!rules_.useCgroups()) return false;
  const auto file = directory_.read(process.id, "cgroup");
  return file.error == 0 && file.text != process.cgroups;
}

// Lets the rules decide over a process.
bool ProcessTracker::decide(Kernel& kernel, const ProcessStat& stat, Process& process) {
  if (rules_.useStartTime() && !bootTime_) return false;
  ProcessIdentity identity;
  identity.pid = process.id;
  identity.command = stat.command;
  identity.start = text_template::Time(
      std::chrono::milliseconds(1000 * static_cast<std::int64_t>(bootTime_.value_or(0)) +
                                1000 / static_cast<std::int64_t>(kTicksPerSecond) *
                                    static_cast<std::int64_t>(process.startTicks)));
  const std::uint32_t user = process.reading.status.effectiveUser;
  if (rules_.useUsername()) identity.username = users_.nameOf(kernel, user);
  std::string cgroups;
  if (rules_.useCgroups()) {
    cgroups = directory_.read(process.id, "cgroup").text;
    for (const std::string_view path : readCgroupPaths(cgroups)) {
      identity.cgroups.emplace_back(path);
    }
  }
  if (rules_.useArguments()) {
    const auto file = directory_.read(process.id, "cmdline");
    if (file.error != 0) return false;
    identity.arguments = readArguments(file.text);
  }
  const auto name = rules_.nameOf(identity);
  process.program.settle(stat);
  process.user = user;
  process.cgroups = std::move(cgroups);
  process.fate = Fate::kUndecided;
  // What a process inherited it keeps if its ancestors have ended meanwhile.
  if (!process.isInherited) process.group = nullptr;
  process.isInherited = false;
  if (name && refreshReading(process)) track(process, groups_[*name]);
  return true;
}

// Reads a process that this pass has not read yet.
bool ProcessTracker::refreshReading(Process& process) {
  if (process.isRead) return true;
  const auto file = directory_.read(process.id, "stat");
  const auto stat = file.error == 0 ? readProcessStat(file.text) : std::nullopt;
  if (!stat || stat->startTicks != process.startTicks) return false;
  process.isRead =
      reader_.read(process.id, *stat, process.reading) == ProcessReader::Outcome::kRead;
  return process.isRead;
}

void ProcessTracker::track(Process& process, ProcessGroup& group) const {
  process.fate = Fate::kTracked;
  process.group = &group;
  if (process.isCounted) return;
  // What a process counted before it was followed counts only where all of it happened since the
  // first pass.
  process.reading.grown = isYoung(process) ? process.reading.counts : ProcessCounts();
  process.isCounted = true;
}

void ProcessTracker::ignore(Process& process) const {
  process.group = nullptr;
  const double limit = options_.recheckLimit.count();
  const bool lookAgain =
      !options_.children || (options_.recheck && (limit == 0 || ageSeconds(process) < limit));
  if (!lookAgain) {
    process.fate = Fate::kIgnored;
    process.reading = {};
  }
}

ProcessTracker::Process* ProcessTracker::find(int id) {
  const auto found =
      std::lower_bound(processes_.begin(), processes_.end(), id,
                       [](const auto& process, int wanted) { return process->id < wanted; });
  return found == processes_.end() || (*found)->id != id ? nullptr : found->get();
}

void ProcessTracker::decideByAncestors() {
  for (const ProcessPointer& process : processes_) {
    if (process->fate != Fate::kUndecided) continue;
    if (options_.children) {
      decideByAncestors(*process);
    } else {
      ignore(*process);
    }
  }
}

// Walks up over ancestors without a decision to the first with one; the whole line shares it.
void ProcessTracker::decideByAncestors(Process& youngest) {
  line_.clear();
  Process* ancestor = &youngest;
  // In a copy of procfs processes could be their own ancestors.
  while (ancestor != nullptr && ancestor->fate == Fate::kUndecided &&
         line_.size() <= processes_.size()) {
    line_.push_back(ancestor);
    ancestor = find(ancestor->parent);
  }
  ProcessGroup* group =
      ancestor != nullptr && ancestor->fate == Fate::kTracked ? ancestor->group : nullptr;
  for (auto member = line_.rbegin(); member != line_.rend(); ++member) {
    Process& process = **member;
    if (process.fate == Fate::kTracked) continue;  // twice in the line
    if (group == nullptr) group = process.group;
    if (group == nullptr) {
      ignore(process);
    } else if (refreshReading(process)) {
      track(process, *group);
      process.isInherited = true;
      sumUp(process);
    }
  }
}

}  // namespace orchestrator_exporter
