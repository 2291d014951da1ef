#include "exporter/processes/process_group.h"

#include <algorithm>

#include "metrics/base/utf8.h"

namespace orchestrator_exporter {

namespace {

void addIfKnown(std::optional<std::uint64_t>& sum, std::optional<std::uint64_t> value) {
  if (value) sum = sum.value_or(0) + *value;
}

}  // namespace

std::size_t processState(char letter) {
  constexpr std::string_view kLetters = "RSDZ";
  const std::size_t state = kLetters.find(letter);
  return state == std::string_view::npos ? kLetters.size() : state;
}

void ProcessGroup::begin() {
  members = processes = threads = virtualBytes = residentBytes = swappedBytes = 0;
  proportionalResidentBytes = proportionalSwappedBytes = openDescriptors = std::nullopt;
  worstDescriptorRatio = std::nullopt;
  oldestStartTicks = std::nullopt;
  states = {};
  waiting.clear();
  for (auto& [name, group] : threadGroups) group.threads = 0;
}

void ProcessGroup::addTask(const TaskReading& task) {
  ++states[processState(task.state)];
  if (task.waitChannel == kNoWaitChannel) return;
  const auto known = std::find_if(waiting.begin(), waiting.end(), [&](const auto& channel) {
    return channel.first == task.waitChannel;
  });
  if (known == waiting.end()) {
    waiting.emplace_back(task.waitChannel, 1);
  } else {
    ++known->second;
  }
}

void ProcessGroup::add(const ProcessReading& process, std::uint64_t startTicks) {
  ++processes;
  orchestrator_exporter::add(grown, process.grown);
  ioKnown |= process.ioKnown;
  threads += process.threadCount;
  virtualBytes += process.virtualBytes;
  residentBytes += process.residentBytes;
  swappedBytes += process.status.swappedBytes;
  addIfKnown(proportionalResidentBytes, process.proportionalResidentBytes);
  addIfKnown(proportionalSwappedBytes, process.proportionalSwappedBytes);
  if (process.openDescriptors >= 0) {
    openDescriptors =
        openDescriptors.value_or(0) + static_cast<std::uint64_t>(process.openDescriptors);
  }
  if (process.openDescriptors >= 0 && process.descriptorLimit) {
    // A limit of 0 makes it infinite, or no number, which is not above anything.
    const double ratio = static_cast<double>(process.openDescriptors) /
                         static_cast<double>(*process.descriptorLimit);
    worstDescriptorRatio = std::max(worstDescriptorRatio.value_or(0), ratio);
  }
  oldestStartTicks = std::min(oldestStartTicks.value_or(startTicks), startTicks);

  addTask(process);
  for (const ThreadReading& thread : process.threads) {
    addTask(thread);
    auto group = threadGroups.find(thread.name);
    if (group == threadGroups.end()) {
      // Names that are not UTF-8 may become equal to others.
      group = threadGroups.try_emplace(toUtf8(thread.name)).first;
    }
    orchestrator_exporter::add(group->second.grown, thread.grown);
    group->second.ioKnown |= thread.ioKnown;
    ++group->second.threads;
  }
}

void ProcessGroup::end() {
  // What nobody has is known to be nothing.
  if (members == 0) {
    openDescriptors = 0;
    worstDescriptorRatio = 0;
  }
  std::erase_if(threadGroups, [](const auto& entry) { return entry.second.threads == 0; });
}

}  // namespace orchestrator_exporter
