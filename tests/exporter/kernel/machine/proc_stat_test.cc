#include "exporter/kernel/machine/proc_stat.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

using testing::ElementsAre;

// What is read of a proc/stat of this content.
ProcStat statOf(std::string_view content) {
  TempSystem system;
  system.file("proc/stat", content);
  Kernel kernel(system.roots());
  return readProcStat(kernel);
}

// What is wrong with the first row that is refused.
std::string errorOf(std::string_view content) {
  const ProcStat stat = statOf(content);
  for (const auto& refusals : {stat.processorRefusals, stat.otherRefusals}) {
    if (!refusals.empty()) return refusals.front().what();
  }
  return {};
}

std::optional<std::uint64_t> bootTimeOf(std::string_view content) {
  return bootTimeIn({"proc/stat", content});
}

}  // namespace

TEST(ProcStat, ReadsTheModesOfEachProcessorInSeconds) {
  const ProcStat stat = statOf(
      "cpu  30 2 30 4 5 6 7 8 9 10\ncpu0 100 200 300 400 500 600 700 800 900 1000\n"
      "cpu12 1 0 0 0 0 0 0 0 0 0\n");
  ASSERT_EQ(stat.processors.size(), 2u);
  EXPECT_EQ(stat.processors[0].cpu, 0);
  EXPECT_THAT(stat.processors[0].seconds, ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
  EXPECT_EQ(stat.processors[1].cpu, 12);
  EXPECT_EQ(stat.processors[1].seconds[kUser], 0.01);
}

TEST(ProcStat, LeavesModesAtZeroThatAnOldKernelDoesNotKnow) {
  // Linux 2.4 had four; a later one may have more than are known here.
  EXPECT_THAT(statOf("cpu0 100 200 300 400\n").processors[0].seconds,
              ElementsAre(1, 2, 3, 4, 0, 0, 0, 0, 0, 0));
  EXPECT_THAT(statOf("cpu0 1 1 1 1 1 1 1 1 1 100 77 88\n").processors[0].seconds[kGuestNice], 1);
}

TEST(ProcStat, ReadsTheCountsOfTheHost) {
  const ProcStat stat = statOf(
      "intr 381220 0 5 12\nctxt 720114\nbtime 1767225600\nprocesses 16380\nprocs_running 2\n"
      "procs_blocked 1\nsoftirq 66 1 2 3 4 5 6 7 8 9 10\n");
  EXPECT_EQ(stat.interrupts, 381220u);
  EXPECT_EQ(stat.contextSwitches, 720114u);
  EXPECT_EQ(stat.bootTime, 1767225600u);
  EXPECT_EQ(stat.forks, 16380u);
  EXPECT_EQ(stat.running, 2u);
  EXPECT_EQ(stat.blocked, 1u);
  ASSERT_TRUE(stat.softirqs);
  EXPECT_THAT(*stat.softirqs, ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
}

TEST(ProcStat, LeavesEmptyWhatTheFileDoesNotTell) {
  const ProcStat stat = statOf("cpu0 1 2 3 4\nunknown row of a later kernel\npage\n\n");
  EXPECT_FALSE(stat.interrupts || stat.contextSwitches || stat.bootTime || stat.forks);
  EXPECT_FALSE(stat.running || stat.blocked || stat.softirqs);
  EXPECT_EQ(stat.processors.size(), 1u);
}

TEST(ProcStat, RefusesRowsThatMakeNoSense) {
  EXPECT_EQ(errorOf("cpu0 1 2 x 4\n"), "proc/stat:1: expected a number, got 'x'");
  EXPECT_EQ(errorOf("\ncpux 1 2 3 4\n"), "proc/stat:2: expected cpu and its number, got 'cpux'");
  EXPECT_EQ(errorOf("ctxt -1\n"),
            "proc/stat:1: expected a whole number of at most 64 bits, got '-1'");
  EXPECT_EQ(errorOf("softirq 66 1 2 3 4 5 6 7 8 9\n"),
            "proc/stat:1: expected at least 12 columns, got 11");
  EXPECT_NE(errorOf("btime 1.5\n"), "");
}

TEST(ProcStat, IsReadOnceAScrape) {
  TempSystem system;
  system.file("proc/stat", "ctxt 1\n");
  Kernel kernel(system.roots());
  EXPECT_EQ(readProcStat(kernel).contextSwitches, 1u);
  system.file("proc/stat", "ctxt 2\n");
  kernel.reset();
  EXPECT_EQ(readProcStat(kernel).contextSwitches, 1u);
  kernel.endScrape();
  EXPECT_EQ(readProcStat(kernel).contextSwitches, 2u);
}

TEST(ProcStat, IsNeeded) {
  TempSystem system;
  Kernel kernel(system.roots());
  EXPECT_THROW(readProcStat(kernel), ReadError);
}

TEST(BootTime, IsTheNumberOfItsRow) {
  EXPECT_EQ(bootTimeOf("cpu  1 2\nbtime 1767225600\nprocesses 3\n"), 1767225600u);
  EXPECT_EQ(bootTimeOf("btime 7"), 7u);
}

TEST(BootTime, IsNotThereWithoutOne) {
  for (const char* content : {"", "cpu 1\n", "btime\n", "btime x\n", "btime -5\n", "xbtime 5\n"}) {
    EXPECT_EQ(bootTimeOf(content), std::nullopt) << content;
  }
}

TEST(BootTime, OfThisMachineLiesInThePast) {
  Kernel kernel{Roots{}};
  const auto time = readProcStat(kernel).bootTime;
  ASSERT_TRUE(time);
  EXPECT_LE(*time, static_cast<std::uint64_t>(std::time(nullptr)));
  EXPECT_FALSE(readProcStat(kernel).processors.empty());
}

}  // namespace orchestrator_exporter
