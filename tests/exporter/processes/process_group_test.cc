#include "exporter/processes/process_group.h"

#include <gtest/gtest.h>

#include <limits>

namespace orchestrator_exporter {

namespace {

constexpr WaitChannel kSomeChannel = 3;

// A process as one that rests with two descriptors of ten.
ProcessReading reading() {
  ProcessReading process;
  process.state = 'S';
  process.threadCount = 1;
  process.virtualBytes = 1000;
  process.residentBytes = 100;
  process.status.swappedBytes = 10;
  process.openDescriptors = 2;
  process.descriptorLimit = 10;
  return process;
}

ThreadReading threadOf(std::string name, std::uint64_t ticks) {
  ThreadReading thread;
  thread.name = std::move(name);
  thread.state = 'R';
  thread.grown.userTicks = ticks;
  return thread;
}

// A group after one pass over these processes.
ProcessGroup groupOf(const std::vector<ProcessReading>& processes) {
  ProcessGroup group;
  group.begin();
  std::uint64_t start = 100;
  for (const ProcessReading& process : processes) {
    ++group.members;
    group.add(process, start--);
  }
  group.end();
  return group;
}

std::uint64_t tasksIn(const ProcessGroup& group, std::string_view state) {
  for (std::size_t i = 0; i < kProcessStates.size(); ++i) {
    if (kProcessStates[i] == state) return group.states.at(i);
  }
  return std::numeric_limits<std::uint64_t>::max();
}

}  // namespace

TEST(ProcessGroup, AddsItsProcessesUp) {
  const ProcessGroup group = groupOf({reading(), reading()});
  EXPECT_EQ(group.processes, 2u);
  EXPECT_EQ(group.threads, 2u);
  EXPECT_EQ(group.virtualBytes, 2000u);
  EXPECT_EQ(group.residentBytes, 200u);
  EXPECT_EQ(group.swappedBytes, 20u);
  EXPECT_EQ(group.openDescriptors, 4u);
  EXPECT_EQ(group.oldestStartTicks, 99u);
}

TEST(ProcessGroup, KeepsWhatItsProcessesDidWhenTheyEnd) {
  ProcessReading process = reading();
  process.grown.userTicks = 5;
  process.grown.readBytes = 7;
  ProcessGroup group = groupOf({process});
  group.begin();
  group.end();
  EXPECT_EQ(group.grown.userTicks, 5u);
  EXPECT_EQ(group.grown.readBytes, 7u);
  EXPECT_EQ(group.residentBytes, 0u);
  EXPECT_EQ(group.processes, 0u);
  EXPECT_EQ(group.oldestStartTicks, std::nullopt);
}

TEST(ProcessGroup, HasTheWorstOfItsRatiosOfDescriptors) {
  ProcessReading worse = reading();
  worse.openDescriptors = 9;
  EXPECT_EQ(groupOf({reading(), worse, reading()}).worstDescriptorRatio, 0.9);
  ProcessReading unlimited = reading();
  unlimited.descriptorLimit = std::numeric_limits<std::uint64_t>::max();
  EXPECT_NEAR(groupOf({unlimited}).worstDescriptorRatio.value(), 0, 1e-12);
}

TEST(ProcessGroup, HasAnInfiniteRatioIfNoneMayBeOpened) {
  ProcessReading process = reading();
  process.descriptorLimit = 0;
  EXPECT_EQ(groupOf({process}).worstDescriptorRatio, std::numeric_limits<double>::infinity());
  process.openDescriptors = 0;
  EXPECT_EQ(groupOf({process}).worstDescriptorRatio, 0);
}

TEST(ProcessGroup, KnowsNoDescriptorsThatCannotBeCounted) {
  ProcessReading hidden = reading();
  hidden.openDescriptors = -13;
  EXPECT_EQ(groupOf({hidden}).openDescriptors, std::nullopt);
  EXPECT_EQ(groupOf({hidden, reading()}).openDescriptors, 2u);
  EXPECT_EQ(groupOf({hidden}).worstDescriptorRatio, std::nullopt);
  // Without processes it is known that none is open.
  EXPECT_EQ(groupOf({}).openDescriptors, 0u);
  EXPECT_EQ(groupOf({}).worstDescriptorRatio, 0);
}

TEST(ProcessGroup, CountsDescriptorsWhoseLimitIsNotKnown) {
  ProcessReading unlimited = reading();
  unlimited.descriptorLimit = std::nullopt;
  EXPECT_EQ(groupOf({unlimited}).openDescriptors, 2u);
  EXPECT_EQ(groupOf({unlimited}).worstDescriptorRatio, std::nullopt);
  EXPECT_EQ(groupOf({unlimited, reading()}).worstDescriptorRatio, 0.2);
}

TEST(ProcessGroup, AddsUpTheProportionalMemoryThatIsKnown) {
  EXPECT_EQ(groupOf({reading()}).proportionalResidentBytes, std::nullopt);
  ProcessReading process = reading();
  process.proportionalResidentBytes = 50;
  process.proportionalSwappedBytes = 5;
  const ProcessGroup group = groupOf({process, reading(), process});
  EXPECT_EQ(group.proportionalResidentBytes, 100u);
  EXPECT_EQ(group.proportionalSwappedBytes, 10u);
}

TEST(ProcessGroup, KnowsBytesOfStorageOnceOneProcessToldThem) {
  ProcessReading process = reading();
  EXPECT_FALSE(groupOf({process}).ioKnown);
  process.ioKnown = true;
  ProcessGroup group = groupOf({reading(), process});
  EXPECT_TRUE(group.ioKnown);
  group.begin();
  group.end();
  EXPECT_TRUE(group.ioKnown);
}

TEST(ProcessGroup, CountsTasksByTheirStates) {
  std::vector<ProcessReading> processes;
  for (const char state : {'R', 'S', 'S', 'D', 'Z', 'T', 't', 'I', 'X', '?'}) {
    processes.push_back(reading());
    processes.back().state = state;
  }
  const ProcessGroup group = groupOf(processes);
  EXPECT_EQ(tasksIn(group, "Running"), 1u);
  EXPECT_EQ(tasksIn(group, "Sleeping"), 2u);
  EXPECT_EQ(tasksIn(group, "Waiting"), 1u);
  EXPECT_EQ(tasksIn(group, "Zombie"), 1u);
  EXPECT_EQ(tasksIn(group, "Other"), 5u);
}

TEST(ProcessGroup, CountsTasksByTheirWaitChannels) {
  ProcessReading waiting = reading();
  waiting.waitChannel = kSomeChannel;
  ThreadReading thread = threadOf("worker", 0);
  thread.waitChannel = kSomeChannel;
  waiting.threads = {thread};
  const ProcessGroup group = groupOf({waiting, reading()});
  ASSERT_EQ(group.waiting.size(), 1u);
  EXPECT_EQ(group.waiting[0], (std::pair<WaitChannel, std::uint64_t>(kSomeChannel, 2)));
}

TEST(ProcessGroup, AddsThreadsUpByTheirNames) {
  ProcessReading process = reading();
  process.threadCount = 3;
  process.threads = {threadOf("main", 1), threadOf("worker", 2), threadOf("worker", 4)};
  const ProcessGroup group = groupOf({process});
  ASSERT_EQ(group.threadGroups.size(), 2u);
  EXPECT_EQ(group.threadGroups.at("worker").threads, 2u);
  EXPECT_EQ(group.threadGroups.at("worker").grown.userTicks, 6u);
  EXPECT_EQ(group.threadGroups.at("main").threads, 1u);
  // The process itself is a task too.
  EXPECT_EQ(tasksIn(group, "Running"), 3u);
  EXPECT_EQ(tasksIn(group, "Sleeping"), 1u);
}

TEST(ProcessGroup, ForgetsThreadNamesThatNobodyHas) {
  ProcessReading process = reading();
  process.threads = {threadOf("main", 1), threadOf("worker", 2)};
  ProcessGroup group = groupOf({process});
  process.threads = {threadOf("main", 1)};
  group.begin();
  ++group.members;
  group.add(process, 1);
  group.end();
  EXPECT_EQ(group.threadGroups.size(), 1u);
  EXPECT_EQ(group.threadGroups.at("main").grown.userTicks, 2u);
}

TEST(ProcessGroup, MergesThreadNamesThatBecomeEqualAsText) {
  ProcessReading process = reading();
  process.threads = {threadOf("a\xff", 1), threadOf("a\xfe", 2), threadOf("a\xef\xbf\xbd", 4)};
  const ProcessGroup group = groupOf({process});
  ASSERT_EQ(group.threadGroups.size(), 1u);
  EXPECT_EQ(group.threadGroups.begin()->first, "a\xef\xbf\xbd");
  EXPECT_EQ(group.threadGroups.begin()->second.grown.userTicks, 7u);
}

TEST(ProcessCounts, NeverGrowBackwards) {
  ProcessCounts before;
  before.userTicks = 10;
  before.voluntarySwitches = 10;
  ProcessCounts after;
  after.userTicks = 15;
  after.voluntarySwitches = 3;
  const ProcessCounts grown = growth(before, after);
  EXPECT_EQ(grown.userTicks, 5u);
  EXPECT_EQ(grown.voluntarySwitches, 0u);
  ProcessCounts sum = grown;
  add(sum, grown);
  EXPECT_EQ(sum.userTicks, 10u);
}

}  // namespace orchestrator_exporter
