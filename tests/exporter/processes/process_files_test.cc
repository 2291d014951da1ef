#include "exporter/processes/process_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace orchestrator_exporter {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

}  // namespace

TEST(ProcessFiles, ReadsStatusWithoutMemoryOfKernelThreads) {
  const auto status = readProcessStatus(
      "Name:\tkthreadd\nUid:\t0\t7\t0\t0\nvoluntary_ctxt_switches:\t12\n"
      "nonvoluntary_ctxt_switches:\t3\n");
  ASSERT_TRUE(status);
  EXPECT_EQ(status->effectiveUser, 7U);
  EXPECT_EQ(status->swappedBytes, 0U);
  EXPECT_EQ(status->voluntarySwitches, 12U);
  EXPECT_EQ(status->nonvoluntarySwitches, 3U);
  EXPECT_EQ(readProcessStatus("VmSwap:\t    12 kB\n")->swappedBytes, 12288U);
  EXPECT_FALSE(readProcessStatus(""));
}

TEST(ProcessFiles, RefusesAStatusOfWhichAKnownRowHoldsNoNumber) {
  for (const char* row : {"Uid:\t0\tx\t0\t0\n", "VmSwap:\tmany kB\n", "VmSwap:\n",
                          "voluntary_ctxt_switches:\t-1\n", "nonvoluntary_ctxt_switches:\t1.5\n"}) {
    EXPECT_FALSE(readProcessStatus(std::string("Name:\tapp\n") + row)) << row;
  }
  EXPECT_TRUE(readProcessStatus("Name:\tapp\nVmNew:\tmany kB\nno row\n\n"));
}

TEST(ProcessFiles, ReadsTheBytesOfStorage) {
  const auto io = readProcessIo(
      "rchar: 1\nwchar: 2\nsyscr: 3\nsyscw: 4\nread_bytes: 4096\nwrite_bytes: 8192\n"
      "cancelled_write_bytes: 5\n");
  ASSERT_TRUE(io);
  EXPECT_EQ(io->readBytes, 4096U);
  EXPECT_EQ(io->writtenBytes, 8192U);
  EXPECT_FALSE(readProcessIo("read_bytes: 4096\n"));
  EXPECT_FALSE(readProcessIo("read_bytes: x\nwrite_bytes: 1\n"));
}

TEST(ProcessFiles, ReadsTheLimitOfOpenFiles) {
  const std::string head = "Limit   Soft Limit  Hard Limit  Units\n";
  EXPECT_EQ(readDescriptorLimit(head + "Max open files   1024   4096   files\n"), 1024U);
  EXPECT_EQ(readDescriptorLimit(head + "Max open files   unlimited   unlimited   files\n"),
            std::numeric_limits<std::uint64_t>::max());
  EXPECT_FALSE(readDescriptorLimit(head));
  EXPECT_FALSE(readDescriptorLimit("Max open files   many   4096   files\n"));
}

TEST(ProcessFiles, SumsUpProportionalMemory) {
  const auto memory = readProportionalMemory(
      "00400000-7fff0000 ---p 00000000 00:00 0 [rollup]\nRss: 9 kB\nPss: 3 kB\nPss_Dirty: 7 kB\n"
      "SwapPss: 2 kB\nPss: 4 kB\n");
  EXPECT_EQ(memory.residentBytes, 7U * 1024);
  EXPECT_EQ(memory.swappedBytes, 2U * 1024);
  EXPECT_EQ(readProportionalMemory("").residentBytes, std::nullopt);
}

TEST(ProcessFiles, KnowsNoProportionalMemoryThatIsGarbledOrMissing) {
  const auto garbled = readProportionalMemory("Pss: 3 kB\nSwapPss: 1 kB\nSwapPss: x kB\n");
  EXPECT_EQ(garbled.residentBytes, 3U * 1024);
  EXPECT_EQ(garbled.swappedBytes, std::nullopt);
  EXPECT_EQ(readProportionalMemory("Pss: 3 kB\n").swappedBytes, std::nullopt);
}

TEST(ProcessFiles, ReadsCgroupPathsInTheirOrder) {
  EXPECT_THAT(readCgroupPaths("12:pids:/a\n1:name=systemd:/b:c\n0::/d\n"),
              ElementsAre("/a", "/b:c", "/d"));
  EXPECT_THAT(readCgroupPaths("nonsense\n"), IsEmpty());
}

TEST(ProcessFiles, SplitsArgumentsAndDropsTheEmptyOnesAtTheEnd) {
  using namespace std::string_view_literals;
  EXPECT_THAT(readArguments("a\0\0b\0\0\0"sv), ElementsAre("a", "", "b"));
  EXPECT_THAT(readArguments("title without end"), ElementsAre("title without end"));
  EXPECT_THAT(readArguments(""), IsEmpty());
}

TEST(ProcessFiles, TakesNoTimeForOneOfWhichTheKernelTellsNothing) {
  EXPECT_EQ(readRunNanoseconds("15736072844 12 7\n"), 15736072844U);
  EXPECT_EQ(readRunNanoseconds("0 0 0\n"), std::nullopt);
  EXPECT_EQ(readRunNanoseconds(""), std::nullopt);
}

}  // namespace orchestrator_exporter
