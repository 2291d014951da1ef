#include "exporter/processes/process_reader.h"

#include <sys/sysinfo.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iterator>

#include "exporter/kernel/row.h"
#include "metrics/base/utf8.h"

namespace orchestrator_exporter {

namespace {

bool isRefusal(int error) { return error == EACCES || error == EPERM; }

// A process that ends while it is read is no failure.
ProcessReader::Outcome failureOf(int error) {
  return error == ENOENT || error == ESRCH ? ProcessReader::Outcome::kGone
                                           : ProcessReader::Outcome::kFailed;
}

std::uint64_t runNanosecondsOf(const ProcessDirectory::Result& file) {
  return file.error == 0 ? readRunNanoseconds(file.text).value_or(0) : 0;
}

const auto kPageBytes = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));

}  // namespace

WaitChannel WaitChannels::numberOf(std::string_view name) {
  name = trim(name);
  if (name.empty() || name == "0") return kNoWaitChannel;
  const auto known = numbers_.find(name);
  if (known != numbers_.end()) return known->second;
  const auto number = static_cast<WaitChannel>(names_.size());
  names_.push_back(toUtf8(name));
  numbers_.emplace(name, number);
  return number;
}

// While nothing is swapped out on the host, no process has swapped memory.
void ProcessReader::begin() {
  struct sysinfo memory {};
  swapInUse_ = !directory_.live() || sysinfo(&memory) != 0 || memory.freeswap != memory.totalswap;
}

ProcessReader::Finding ProcessReader::findingOf(const ProcessStat& stat,
                                                std::uint64_t runNanoseconds) {
  Finding finding;
  finding.state = stat.state;
  finding.runNanoseconds = runNanoseconds;
  finding.counts.userTicks = stat.userTicks;
  finding.counts.systemTicks = stat.systemTicks;
  finding.counts.majorFaults = stat.majorFaults;
  finding.counts.minorFaults = stat.minorFaults;
  return finding;
}

void ProcessReader::takeStatus(const ProcessStatus& status, Finding& finding) {
  finding.status = status;
  finding.counts.voluntarySwitches = status.voluntarySwitches;
  finding.counts.nonvoluntarySwitches = status.nonvoluntarySwitches;
}

// True for a task that has not run since the reading before. The time was read ahead of all that
// it vouches for. In a copy of procfs the files need not agree with each other.
bool ProcessReader::rested(const TaskReading& before, const Finding& now) const {
  return directory_.live() && before.known && now.state != 'R' && now.runNanoseconds != 0 &&
         now.runNanoseconds == before.runNanoseconds;
}

// For a task that has not run: what it did and where it waits is what it was.
void ProcessReader::keepRest(const TaskReading& before, Finding& finding) {
  finding.counts.readBytes = before.counts.readBytes;
  finding.counts.writtenBytes = before.counts.writtenBytes;
  finding.waitChannel = before.waitChannel;
  finding.failed = before.failed;
}

// Bytes that cannot be read now stay what they were, so that they grow by nothing.
void ProcessReader::takeIo(const ProcessDirectory::Result& file, const TaskReading& before,
                           Finding& finding) {
  const auto io = file.error == 0 ? readProcessIo(file.text) : std::nullopt;
  finding.ioRead = io.has_value();
  finding.failed |= !io;
  finding.counts.readBytes = io ? io->readBytes : before.counts.readBytes;
  finding.counts.writtenBytes = io ? io->writtenBytes : before.counts.writtenBytes;
  ioRefused_ |= isRefusal(file.error);
}

void ProcessReader::takeWaitChannel(const ProcessDirectory::Result& file, Finding& finding) {
  finding.failed |= file.error != 0;
  finding.waitChannel = file.error == 0 ? waitChannels_.numberOf(file.text) : kNoWaitChannel;
}

void ProcessReader::settle(TaskReading& reading, const Finding& finding) {
  reading.grown = reading.known ? growth(reading.counts, finding.counts) : ProcessCounts();
  // Bytes of which nothing was known before did not grow just now.
  if (!reading.ioKnown) reading.grown.readBytes = reading.grown.writtenBytes = 0;
  reading.known = true;
  reading.state = finding.state;
  reading.waitChannel = finding.waitChannel;
  reading.counts = finding.counts;
  reading.ioKnown |= finding.ioRead;
  reading.failed = finding.failed;
  reading.status = finding.status;
  reading.runNanoseconds = finding.runNanoseconds;
}

ProcessReader::Outcome ProcessReader::read(int process, const ProcessStat& stat,
                                           ProcessReading& reading) {
  Finding finding = findingOf(stat, runNanosecondsOf(directory_.read(process, "schedstat")));
  const Outcome statusOutcome = readStatus(process, reading, finding);
  if (statusOutcome != Outcome::kRead) return statusOutcome;

  threads_.clear();
  threadsRan_ = !reading.threads.empty();
  bool failed = (stat.threads > 1 || !directory_.live()) && !readThreads(process, finding, reading);
  if (!threads_.empty()) {
    finding.counts.voluntarySwitches = finding.counts.nonvoluntarySwitches = 0;
    for (const ThreadReading& thread : threads_) {
      finding.counts.voluntarySwitches += thread.counts.voluntarySwitches;
      finding.counts.nonvoluntarySwitches += thread.counts.nonvoluntarySwitches;
    }
  }
  if (threadsRan_ || !rested(reading, finding)) {
    takeIo(directory_.read(process, "io"), reading, finding);
    takeWaitChannel(directory_.read(process, "wchan"), finding);
  } else {
    keepRest(reading, finding);
  }

  const std::int64_t descriptors = directory_.countDescriptors(process);
  failed |= descriptors < 0;
  descriptorsRefused_ |= descriptors < 0 && isRefusal(static_cast<int>(-descriptors));
  const auto limit = readLimit(process);
  failed |= !limit;
  // Of one that ended meanwhile the files before told nothing either.
  if (!limit && hasEnded(process)) return Outcome::kGone;

  failed |= proportionalMemory_ && !readProportionalMemory(process, reading);
  settle(reading, finding);
  reading.virtualBytes = stat.virtualBytes;
  reading.residentBytes = stat.residentPages * kPageBytes;
  reading.openDescriptors = descriptors;
  reading.descriptorLimit = limit;
  reading.threadCount = stat.threads;
  reading.partialFailure = failed || finding.failed;
  reading.threads.assign(std::make_move_iterator(threads_.begin()),
                         std::make_move_iterator(threads_.end()));
  return Outcome::kRead;
}

ProcessReader::Outcome ProcessReader::readStatus(int process, const ProcessReading& before,
                                                 Finding& finding) {
  if (rested(before, finding) && !swapInUse_) {
    takeStatus(before.status, finding);
    finding.status.swappedBytes = 0;
    return Outcome::kRead;
  }
  const auto file = directory_.read(process, "status");
  const auto status = file.error == 0 ? readProcessStatus(file.text) : std::nullopt;
  if (!status) return failureOf(file.error);
  takeStatus(*status, finding);
  return Outcome::kRead;
}

// Reads the threads into threads_, which stays empty for a process that has only one. False where
// they cannot be listed.
bool ProcessReader::readThreads(int process, const Finding& leader, const ProcessReading& before) {
  if (directory_.listThreads(process, tasks_) != 0) return false;
  if (tasks_.size() < 2) return true;
  threadsRan_ = tasks_.size() != before.threads.size();
  auto known = before.threads.begin();
  for (const TaskEntry& task : tasks_) {
    while (known != before.threads.end() && known->id < task.id) ++known;
    const bool isKnown = known != before.threads.end() && known->id == task.id;
    threads_.push_back(isKnown ? *known : ThreadReading());
    if (!readThread(process, task.id, leader, threads_.back())) {
      threads_.pop_back();
      threadsRan_ = true;
    }
  }
  return true;
}

bool ProcessReader::readThreadStatus(int process, int id, Finding& finding) {
  const auto file = directory_.read(process, id, "status");
  const auto status = file.error == 0 ? readProcessStatus(file.text) : std::nullopt;
  if (status) takeStatus(*status, finding);
  return status.has_value();
}

// What fails here leaves the thread, or the value, out and counts nowhere: threads end at any time.
bool ProcessReader::readThread(int process, int id, const Finding& leader, ThreadReading& thread) {
  const auto statFile = directory_.read(process, id, "stat");
  const auto stat = statFile.error == 0 ? readProcessStat(statFile.text) : std::nullopt;
  if (!stat) return false;
  if (thread.startTicks != stat->startTicks) thread = ThreadReading();
  thread.id = id;
  thread.startTicks = stat->startTicks;
  if (thread.name != stat->command) thread.name = stat->command;

  // What the file named is gone with the next read.
  ProcessStat counted = *stat;
  counted.command = thread.name;
  const bool isLeader = id == process && directory_.live();
  Finding finding =
      findingOf(counted, isLeader ? leader.runNanoseconds
                                  : runNanosecondsOf(directory_.read(process, id, "schedstat")));
  if (rested(thread, finding)) {
    takeStatus(thread.status, finding);
    keepRest(thread, finding);
  } else {
    threadsRan_ = true;
    if (isLeader) {
      takeStatus(leader.status, finding);
    } else if (!readThreadStatus(process, id, finding)) {
      return false;
    }
    takeIo(directory_.read(process, id, "io"), thread, finding);
    takeWaitChannel(directory_.read(process, id, "wchan"), finding);
  }
  settle(thread, finding);
  return true;
}

bool ProcessReader::hasEnded(int process) {
  const int error = directory_.read(process, "stat").error;
  return error != 0 && failureOf(error) == Outcome::kGone;
}

std::optional<std::uint64_t> ProcessReader::readLimit(int process) {
  const std::int64_t quick = directory_.descriptorLimit(process);
  if (quick >= 0) return static_cast<std::uint64_t>(quick);
  const auto file = directory_.read(process, "limits");
  return file.error == 0 ? readDescriptorLimit(file.text) : std::nullopt;
}

bool ProcessReader::readProportionalMemory(int process, ProcessReading& reading) {
  auto file = directory_.read(process, "smaps_rollup");
  if (file.error == ENOENT) file = directory_.readPieces(process, "smaps");
  const ProportionalMemory memory = file.error == 0
                                        ? orchestrator_exporter::readProportionalMemory(file.text)
                                        : ProportionalMemory();
  proportionalRefused_ |= isRefusal(file.error);
  reading.proportionalResidentBytes = memory.residentBytes;
  reading.proportionalSwappedBytes = memory.swappedBytes;
  return memory.residentBytes && memory.swappedBytes;
}

std::string ProcessReader::refusals() const {
  std::string files;
  const auto name = [&](bool refused, std::string_view file) {
    if (refused) files.append(files.empty() ? "" : ", ").append(file);
  };
  name(ioRefused_, "io");
  name(descriptorsRefused_, "fd");
  name(proportionalRefused_, "smaps_rollup");
  return files;
}

}  // namespace orchestrator_exporter
