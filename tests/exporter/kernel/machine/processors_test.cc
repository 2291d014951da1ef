#include "exporter/kernel/machine/processors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// The list of a sysfs file of this content, written out: "0-3" as 0 1 2 3.
std::vector<std::uint64_t> listOf(std::string_view content) {
  TempSystem system;
  system.file("sys/list", content);
  Kernel kernel(system.roots());
  std::vector<std::uint64_t> numbers;
  const ProcessorList list = readProcessorList(kernel, "sys/list").value();
  for (const ProcessorRange& range : list) {
    for (std::uint64_t i = range.first; i <= range.last; ++i) numbers.push_back(i);
  }
  return numbers;
}

std::vector<ProcessorInfo> infoOf(Kernel& kernel, TempSystem& system, std::string_view content) {
  system.file("proc/cpuinfo", content);
  std::vector<ParseError> refusals;
  return readProcessorInfo(kernel, refusals);
}

// What is wrong with the file, or with the first line that is.
std::string cpuinfoErrorOf(std::string_view content) {
  TempSystem system;
  Kernel kernel(system.roots());
  system.file("proc/cpuinfo", content);
  std::vector<ParseError> refusals;
  try {
    readProcessorInfo(kernel, refusals);
  } catch (const ParseError& error) {
    return error.what();
  }
  return refusals.empty() ? "" : refusals.front().what();
}

}  // namespace

TEST(ProcessorList, HasNumbersAndRanges) {
  EXPECT_THAT(listOf("0\n"), ElementsAre(0));
  EXPECT_THAT(listOf("0-3,7\n"), ElementsAre(0, 1, 2, 3, 7));
  EXPECT_THAT(listOf("1,3-4,6"), ElementsAre(1, 3, 4, 6));
  EXPECT_THAT(listOf("\n"), IsEmpty());  // as "isolated" is on most machines
}

TEST(ProcessorList, IsNothingWithoutTheFile) {
  TempSystem system;
  Kernel kernel(system.roots());
  EXPECT_FALSE(readProcessorList(kernel, "sys/list"));
}

TEST(ProcessorList, RefusesWhatIsNoList) {
  for (const char* content : {"a", "1-", "-1", "1-2-3", "1 2", "0x1", "(null)"}) {
    EXPECT_THROW(listOf(content), ParseError) << content;
  }
}

TEST(ProcessorList, ContainsWhatLiesInOneOfItsRanges) {
  const ProcessorList list = {{0, 3}, {7, 7}, {9, 8}};
  for (const std::uint64_t processor : {0u, 3u, 7u}) EXPECT_TRUE(contains(list, processor));
  for (const std::uint64_t processor : {4u, 6u, 8u, 9u}) EXPECT_FALSE(contains(list, processor));
  EXPECT_FALSE(contains({}, 0));
}

TEST(ProcessorEntries, AreTheNumberedDirectories) {
  TempSystem system;
  for (const char* name : {"cpu0", "cpu1", "cpu10", "cpufreq", "cpuidle", "power"}) {
    system.directory(std::string("sys/devices/system/cpu/") + name);
  }
  Kernel kernel(system.roots());
  std::vector<std::string> entries;
  for (const ProcessorEntry& entry : processorEntries(kernel)) {
    entries.push_back(std::string(entry.number) + " in " + std::string(entry.directory));
  }
  EXPECT_THAT(entries,
              ElementsAre("0 in sys/devices/system/cpu/cpu0", "1 in sys/devices/system/cpu/cpu1",
                          "10 in sys/devices/system/cpu/cpu10"));
}

TEST(ProcessorInfo, ReadsTheKeysOfX86) {
  TempSystem system;
  Kernel kernel(system.roots());
  const auto processors = infoOf(kernel, system,
                                 "processor\t: 0\nvendor_id\t: AuthenticAMD\ncpu family\t: 25\n"
                                 "model\t\t: 1\nmodel name\t: A: B\nstepping\t: 2\n"
                                 "microcode\t: 0xa0011d5\ncpu MHz\t\t: 2450.041\n"
                                 "cache size\t: 512 KB\nphysical id\t: 3\nsiblings\t: 4\n"
                                 "core id\t\t: 5\ncpu cores\t: 2\nflags\t\t: fpu vme\n"
                                 "bugs\t\t: spectre_v1\nbogomips\t: 4900.08\n\n"
                                 "processor\t: 1\ncpu MHz\t\t: 100\n\n");
  ASSERT_EQ(processors.size(), 2u);
  EXPECT_EQ(processors[0].number, 0u);
  EXPECT_EQ(processors[0].vendor, "AuthenticAMD");
  EXPECT_EQ(processors[0].family, "25");
  EXPECT_EQ(processors[0].model, "1");
  EXPECT_EQ(processors[0].modelName, "A: B");
  EXPECT_EQ(processors[0].stepping, "2");
  EXPECT_EQ(processors[0].microcode, "0xa0011d5");
  EXPECT_EQ(processors[0].megahertz, 2450.041);
  EXPECT_EQ(processors[0].cacheSize, "512 KB");
  EXPECT_EQ(processors[0].package, "3");
  EXPECT_EQ(processors[0].core, "5");
  EXPECT_EQ(processors[0].flags, "fpu vme");
  EXPECT_EQ(processors[0].bugs, "spectre_v1");
  EXPECT_EQ(processors[1].number, 1u);
  EXPECT_EQ(processors[1].megahertz, 100);
  EXPECT_EQ(processors[1].vendor, "");
}

TEST(ProcessorInfo, TakesAKeyWithoutAValueForMissing) {
  TempSystem system;
  Kernel kernel(system.roots());
  const auto processors =
      infoOf(kernel, system, "processor\t: 0\nbugs\t\t:\npower management:\nodd line\n");
  ASSERT_EQ(processors.size(), 1u);
  EXPECT_EQ(processors[0].bugs, "");
}

TEST(ProcessorInfo, RefusesWhatDoesNotBeginWithAProcessor) {
  EXPECT_NE(cpuinfoErrorOf("vendor_id\t: x\n"), "");
  EXPECT_NE(cpuinfoErrorOf(""), "");
  EXPECT_NE(cpuinfoErrorOf("\n\n"), "");
  EXPECT_NE(cpuinfoErrorOf("processor 0\n"), "");
}

TEST(ProcessorInfo, RefusesNumbersThatMakeNoSense) {
  EXPECT_NE(cpuinfoErrorOf("processor\t: x\n"), "");
  EXPECT_NE(cpuinfoErrorOf("processor\t: 0\ncpu MHz\t: fast\n"), "");
  EXPECT_EQ(cpuinfoErrorOf("processor\t: 0x10\ncache_alignment\t: 64\n"), "");
}

TEST(ProcessorInfo, IsNeeded) {
  TempSystem system;
  Kernel kernel(system.roots());
  std::vector<ParseError> refusals;
  EXPECT_THROW(readProcessorInfo(kernel, refusals), ReadError);
}

}  // namespace orchestrator_exporter
