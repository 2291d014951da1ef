#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

// What an SELinux system has is tested in tests/exporter/kernel/machine/selinux_test.cc.
TEST(SelinuxCollector, TellsWhetherSelinuxIsOn) {
  const std::string text = collectText("selinux", TempSystem());
  EXPECT_THAT(text, testing::HasSubstr("# TYPE node_selinux_enabled gauge\n"));
  if (std::filesystem::exists("/sys/fs/selinux/enforce")) {
    GTEST_SKIP() << "this machine has SELinux, so the rest depends on it";
  }
  EXPECT_EQ(text,
            "# HELP node_selinux_enabled 1 where SELinux is on.\n"
            "# TYPE node_selinux_enabled gauge\n"
            "node_selinux_enabled 0\n");
}

// The collector tells of this machine, and not of a tree of files.
TEST(SelinuxCollector, IsNotMisledByATree) {
  TempSystem system;
  system.file("proc/self/mountinfo",
              "36 25 0:18 / /sys/fs/selinux rw,relatime - selinuxfs selinuxfs rw\n");
  EXPECT_EQ(collectSamples("selinux", system), collectSamples("selinux", TempSystem()));
}

}  // namespace orchestrator_exporter
