#include "exporter/processes/process_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

#include "tests/support/process_copy.h"
#include "tests/support/test_process.h"

// Reading one process: from a tree, in which any file may be missing, and from this machine, on
// which a process that has not run is read with fewer files.
namespace orchestrator_exporter {

namespace {

using test::CopiedTask;
using test::writeProcess;
using test::writeThread;
using Outcome = ProcessReader::Outcome;

// A process that is read again and again.
class Process {
 public:
  Process(const std::string& procfs, int id, bool proportionalMemory = false)
      : directory_(procfs), reader_(directory_, proportionalMemory), id_(id) {}

  Outcome read() {
    reader_.begin();
    const auto file = directory_.read(id_, "stat");
    auto stat = file.error == 0 ? readProcessStat(file.text) : std::nullopt;
    if (!stat) return Outcome::kGone;
    command_ = stat->command;
    stat->command = command_;
    return reader_.read(id_, *stat, reading);
  }
  const std::string& waitsIn() const { return reader_.waitChannels().name(reading.waitChannel); }
  std::string refusals() const { return reader_.refusals(); }

  ProcessReading reading;

 private:
  ProcessDirectory directory_;
  ProcessReader reader_;
  int id_;
  std::string command_;
};

// A process of a tree.
class ProcessReaderTest : public testing::Test {
 protected:
  ProcessReaderTest() { writeProcess(system_, {}); }
  Process process(bool proportionalMemory = false) const {
    return Process(system_.path("proc"), 10, proportionalMemory);
  }
  // Puts a directory in the place of a file: then it is there and cannot be read.
  void spoil(const std::string& file) {
    system_.remove("proc/10/" + file).directory("proc/10/" + file);
  }

  TempSystem system_;
};

}  // namespace

TEST_F(ProcessReaderTest, ReadsAllThatTheFilesTell) {
  writeProcess(system_, {.userTicks = 7, .voluntary = 8, .readBytes = 4096, .user = 33});
  Process it = process();
  ASSERT_EQ(it.read(), Outcome::kRead);
  EXPECT_EQ(it.reading.counts.userTicks, 7u);
  EXPECT_EQ(it.reading.counts.voluntarySwitches, 8u);
  EXPECT_EQ(it.reading.counts.readBytes, 4096u);
  EXPECT_EQ(it.reading.status.effectiveUser, 33u);
  EXPECT_EQ(it.reading.virtualBytes, 8192u);
  EXPECT_EQ(it.reading.residentBytes, 2 * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)));
  EXPECT_EQ(it.reading.openDescriptors, 2);
  EXPECT_EQ(it.reading.descriptorLimit, 100u);
  EXPECT_EQ(it.waitsIn(), "do_wait");
  EXPECT_FALSE(it.reading.partialFailure);
  EXPECT_TRUE(it.reading.threads.empty());
}

TEST_F(ProcessReaderTest, CountsGrowthFromTheSecondReadingOn) {
  writeProcess(system_, {.userTicks = 100, .voluntary = 50, .readBytes = 1000});
  Process it = process();
  it.read();
  EXPECT_EQ(it.reading.grown.userTicks, 0u);
  EXPECT_EQ(it.reading.grown.readBytes, 0u);
  writeProcess(system_, {.userTicks = 130, .voluntary = 40, .readBytes = 1500});
  it.read();
  EXPECT_EQ(it.reading.grown.userTicks, 30u);
  EXPECT_EQ(it.reading.grown.voluntarySwitches, 0u);
  EXPECT_EQ(it.reading.grown.readBytes, 500u);
}

TEST_F(ProcessReaderTest, TellsAProcessThatIsGoneFromOneThatFails) {
  writeProcess(system_, {});
  system_.remove("proc/10/status");
  EXPECT_EQ(process().read(), Outcome::kGone);
  spoil("status");
  EXPECT_EQ(process().read(), Outcome::kFailed);
  system_.remove("proc/10/status").file("proc/10/status", "");
  EXPECT_EQ(process().read(), Outcome::kFailed);
}

TEST_F(ProcessReaderTest, TakesAProcessWithoutLimitsForGoneIfItsStatIsGoneToo) {
  system_.remove("proc/10/limits").remove("proc/10/stat");
  ProcessDirectory directory(system_.path("proc"));
  ProcessReading reading;
  EXPECT_EQ(ProcessReader(directory, false).read(10, ProcessStat(), reading), Outcome::kGone);
}

TEST_F(ProcessReaderTest, KnowsNoLimitThatItCannotRead) {
  writeProcess(system_, {});
  spoil("limits");
  Process it = process();
  EXPECT_EQ(it.read(), Outcome::kRead);
  EXPECT_EQ(it.reading.descriptorLimit, std::nullopt);
  EXPECT_EQ(it.reading.openDescriptors, 2);
  EXPECT_TRUE(it.reading.partialFailure);
}

TEST_F(ProcessReaderTest, LeavesTheReadingAsItWasIfItFails) {
  writeProcess(system_, {.userTicks = 5});
  Process it = process();
  it.read();
  writeProcess(system_, {.userTicks = 9});
  spoil("status");
  EXPECT_EQ(it.read(), Outcome::kFailed);
  EXPECT_EQ(it.reading.counts.userTicks, 5u);
  system_.remove("proc/10/status");
  writeProcess(system_, {.userTicks = 12});
  EXPECT_EQ(it.read(), Outcome::kRead);
  EXPECT_EQ(it.reading.grown.userTicks, 7u);
}

TEST_F(ProcessReaderTest, GoesOnWithoutTheFilesThatAreNotEssential) {
  for (const char* file : {"io", "wchan", "fd", "task", "limits"}) {
    writeProcess(system_, {});
    system_.remove("proc/10/" + std::string(file));
    Process it = process();
    EXPECT_EQ(it.read(), Outcome::kRead) << file;
    EXPECT_TRUE(it.reading.partialFailure) << file;
  }
}

TEST_F(ProcessReaderTest, TakesBytesThatBecomeReadableForNoGrowth) {
  system_.remove("proc/10/io");
  Process it = process();
  it.read();
  EXPECT_FALSE(it.reading.ioKnown);
  writeProcess(system_, {.readBytes = 5000});
  it.read();
  EXPECT_TRUE(it.reading.ioKnown);
  EXPECT_EQ(it.reading.grown.readBytes, 0u);
  // And those that cannot be read any more for what they were.
  spoil("io");
  it.read();
  EXPECT_EQ(it.reading.counts.readBytes, 5000u);
  EXPECT_TRUE(it.reading.partialFailure);
}

TEST_F(ProcessReaderTest, WaitsNowhereIfTheKernelDoesNotTell) {
  for (const char* content : {"0", "", "0\n"}) {
    system_.file("proc/10/wchan", content);
    Process it = process();
    it.read();
    EXPECT_EQ(it.reading.waitChannel, kNoWaitChannel) << content;
  }
}

TEST_F(ProcessReaderTest, KnowsDescriptorsThatItCannotCountForUnknown) {
  system_.remove("proc/10/fd");
  Process it = process();
  it.read();
  EXPECT_LT(it.reading.openDescriptors, 0);
}

TEST_F(ProcessReaderTest, AddsUpTheSwitchesOfThreads) {
  const CopiedTask leader{.threads = 2, .voluntary = 5};
  writeProcess(system_, leader);
  writeThread(system_, leader, {.id = 11, .command = "worker", .userTicks = 3, .voluntary = 7});
  Process it = process();
  it.read();
  EXPECT_EQ(it.reading.counts.voluntarySwitches, 12u);
  ASSERT_EQ(it.reading.threads.size(), 2u);
  EXPECT_EQ(it.reading.threads[0].id, 10);
  EXPECT_EQ(it.reading.threads[1].name, "worker");
  EXPECT_EQ(it.reading.threads[1].counts.userTicks, 3u);
}

TEST_F(ProcessReaderTest, LeavesAThreadOutThatCannotBeRead) {
  const CopiedTask leader{.threads = 3};
  writeProcess(system_, leader);
  writeThread(system_, leader, {.id = 11, .command = "worker"});
  writeThread(system_, leader, {.id = 12, .command = "ended"});
  system_.remove("proc/10/task/12/stat");
  Process it = process();
  it.read();
  ASSERT_EQ(it.reading.threads.size(), 2u);
  EXPECT_EQ(it.reading.threads[1].name, "worker");
  // Threads end at any time: that is no failure.
  EXPECT_FALSE(it.reading.partialFailure);
}

TEST_F(ProcessReaderTest, TakesAThreadWithAnotherStartForAnotherThread) {
  const CopiedTask leader{.threads = 2};
  writeProcess(system_, leader);
  writeThread(system_, leader, {.id = 11, .userTicks = 100, .startTicks = 5});
  Process it = process();
  it.read();
  writeThread(system_, leader, {.id = 11, .userTicks = 130, .startTicks = 5});
  it.read();
  EXPECT_EQ(it.reading.threads.at(1).grown.userTicks, 30u);
  writeThread(system_, leader, {.id = 11, .userTicks = 200, .startTicks = 6});
  it.read();
  EXPECT_EQ(it.reading.threads.at(1).grown.userTicks, 0u);
}

TEST_F(ProcessReaderTest, ReadsProportionalMemoryOnlyIfThatIsAskedFor) {
  system_.file("proc/10/smaps_rollup", "Pss: 3 kB\nSwapPss: 2 kB\n");
  Process without = process();
  without.read();
  EXPECT_FALSE(without.reading.proportionalResidentBytes);
  Process with = process(true);
  with.read();
  EXPECT_EQ(with.reading.proportionalResidentBytes, 3072u);
  EXPECT_EQ(with.reading.proportionalSwappedBytes, 2048u);
}

TEST_F(ProcessReaderTest, AddsUpTheMapsOfKernelsWithoutARollup) {
  system_.file("proc/10/smaps", "Pss: 3 kB\nPss: 4 kB\n");
  Process it = process(true);
  it.read();
  EXPECT_EQ(it.reading.proportionalResidentBytes, 7168u);
}

TEST_F(ProcessReaderTest, KnowsNoProportionalMemoryThatCannotBeRead) {
  spoil("smaps_rollup");
  Process it = process(true);
  EXPECT_EQ(it.read(), Outcome::kRead);
  EXPECT_FALSE(it.reading.proportionalResidentBytes);
  EXPECT_TRUE(it.reading.partialFailure);
}

TEST(ProcessReader, NamesTheFilesThatItMayNotRead) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root, to be able to become nobody";
  const test::TestProcess other("other");
  const std::string told = test::asNobody([&] {
    Process it("/proc", other.pid(), true);
    const bool read = it.read() == Outcome::kRead;
    return (read ? "read, not " : "not even ") + it.refusals();
  });
  // Since Linux 6.2 everybody may know how many descriptors a process has.
  EXPECT_THAT(told, testing::AnyOf("read, not io, smaps_rollup", "read, not io, fd, smaps_rollup"));
}

TEST(ProcessReader, SeesWhatAProcessDidThatRestedBefore) {
  test::TestProcess other("rests", [] { test::burnCpu(0.03); });
  other.awaitState('S');
  Process it("/proc", other.pid());
  ASSERT_EQ(it.read(), Outcome::kRead);
  const auto switches = it.reading.counts.voluntarySwitches;
  ASSERT_EQ(it.read(), Outcome::kRead);
  EXPECT_EQ(it.reading.grown.voluntarySwitches, 0u);
  EXPECT_EQ(it.reading.grown.userTicks, 0u);
  other.perform();
  other.awaitState('S');
  ASSERT_EQ(it.read(), Outcome::kRead);
  EXPECT_GE(it.reading.grown.userTicks + it.reading.grown.systemTicks, 1u);
  EXPECT_EQ(static_cast<double>(it.reading.counts.voluntarySwitches),
            test::numberBehind(other.pid(), "status", "voluntary_ctxt_switches"));
  EXPECT_GT(it.reading.counts.voluntarySwitches, switches);
}

TEST(ProcessReader, SeesThatAProcessHasEnded) {
  test::TestProcess other("ends");
  Process it("/proc", other.pid());
  ASSERT_EQ(it.read(), Outcome::kRead);
  other.end();
  EXPECT_EQ(it.read(), Outcome::kGone);
}

TEST(WaitChannels, HaveANumberForEachName) {
  WaitChannels channels;
  const WaitChannel first = channels.numberOf("do_wait");
  EXPECT_NE(first, kNoWaitChannel);
  EXPECT_EQ(channels.numberOf("do_wait\n"), first);
  EXPECT_NE(channels.numberOf("pipe_read"), first);
  EXPECT_EQ(channels.name(first), "do_wait");
  EXPECT_EQ(channels.numberOf(""), kNoWaitChannel);
  EXPECT_EQ(channels.numberOf("0"), kNoWaitChannel);
  EXPECT_EQ(channels.name(channels.numberOf("\xff")), "\xef\xbf\xbd");
}

}  // namespace orchestrator_exporter
