#include "exporter/kernel/numbered_entries.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

TEST(NumberedEntries, AreThePrefixAndADigit) {
  TempSystem system;
  for (const char* name : {"cpu0", "cpu10", "cpu2", "cpufreq", "cpu", "cpuidle", "xcpu1", "CPU3"}) {
    system.directory(std::string("sys/cpu/") + name);
  }
  Kernel kernel(system.roots());
  EXPECT_THAT(numberedEntries(kernel, "sys/cpu", "cpu"),
              testing::ElementsAre("cpu0", "cpu10", "cpu2"));
}

TEST(NumberedEntries, MayHaveMoreBehindTheNumber) {
  TempSystem system;
  system.file("sys/hwmon/temp1_input", "")
      .file("sys/hwmon/temp1_max", "")
      .file("sys/hwmon/name", "");
  Kernel kernel(system.roots());
  EXPECT_THAT(numberedEntries(kernel, "sys/hwmon", "temp"),
              testing::ElementsAre("temp1_input", "temp1_max"));
}

TEST(NumberedEntries, AreNoneInADirectoryThatDoesNotExist) {
  TempSystem system;
  system.file("sys/file", "").directory("sys/empty");
  Kernel kernel(system.roots());
  EXPECT_THAT(numberedEntries(kernel, "sys/none", "cpu"), testing::IsEmpty());
  EXPECT_THAT(numberedEntries(kernel, "sys/empty", "cpu"), testing::IsEmpty());
  EXPECT_THAT(numberedEntries(kernel, "sys/file", "cpu"), testing::IsEmpty());
}

}  // namespace orchestrator_exporter
