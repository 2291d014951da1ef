#include "exporter/kernel/machine/selinux.h"

#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kMountinfo =
    "25 28 0:22 / /sys rw,nosuid shared:7 - sysfs sysfs rw\n"
    "36 25 0:18 / /sys/fs/selinux rw,relatime shared:9 - selinuxfs selinuxfs rw\n";

}  // namespace

TEST(Selinux, IsOnWhereItsFileSystemIsMounted) {
  TempSystem system;
  system.file("proc/self/mountinfo", kMountinfo)
      .file("proc/self/attr/current", std::string_view("system_u:system_r:init_t:s0\0", 28));
  Kernel kernel(system.roots());
  EXPECT_EQ(selinuxMountPoint(kernel), "/sys/fs/selinux");
}

TEST(Selinux, HasAMountPointWithoutTheEscapesOfTheTable) {
  TempSystem system;
  system.file("proc/self/mountinfo",
              "36 25 0:18 / /sys/fs/se\\040linux rw - selinuxfs selinuxfs rw\n");
  Kernel kernel(system.roots());
  EXPECT_EQ(selinuxMountPoint(kernel), "/sys/fs/se linux");
}

TEST(Selinux, IsOffWithoutItsFileSystem) {
  TempSystem system;
  Kernel kernel(system.roots());
  EXPECT_EQ(selinuxMountPoint(kernel), std::nullopt);
  system.file("proc/self/mountinfo", "25 28 0:22 / /sys rw - sysfs sysfs rw\ngarbage\n\n");
  EXPECT_EQ(selinuxMountPoint(kernel), std::nullopt);
  system.file("proc/self/mountinfo", "36 25 0:18 / /sys/fs/selinux ro - selinuxfs selinuxfs rw\n");
  EXPECT_EQ(selinuxMountPoint(kernel), std::nullopt);
}

TEST(Selinux, IsOffBeforeAPolicyIsLoaded) {
  TempSystem system;
  system.file("proc/self/mountinfo", kMountinfo)
      .file("proc/self/attr/current", std::string_view("kernel\0", 7));
  Kernel kernel(system.roots());
  EXPECT_EQ(selinuxMountPoint(kernel), std::nullopt);
}

TEST(Selinux, ReadsTheModeThatItIsIn) {
  TempSystem system;
  Kernel kernel(system.roots());
  const std::string mountPoint = system.path("sys/fs/selinux");
  EXPECT_EQ(selinuxMode(kernel, mountPoint), -1);
  system.file("sys/fs/selinux/enforce", "1");
  EXPECT_EQ(selinuxMode(kernel, mountPoint), 1);
  system.file("sys/fs/selinux/enforce", "0");
  EXPECT_EQ(selinuxMode(kernel, mountPoint), 0);
  system.file("sys/fs/selinux/enforce", "perhaps");
  EXPECT_EQ(selinuxMode(kernel, mountPoint), -1);
}

TEST(Selinux, ReadsTheModeThatTheConfigurationAsksFor) {
  TempSystem system;
  Kernel kernel(system.roots());
  EXPECT_EQ(configuredSelinuxMode(kernel), -1);
  for (const auto& [text, mode] :
       {std::pair("# SELINUX=enforcing\nSELINUX=permissive\nSELINUXTYPE=targeted\n", 0),
        std::pair("SELINUXTYPE=targeted\nSELINUX=enforcing\n", 1),
        std::pair("SELINUX=\"enforcing\"\n", 1), std::pair("SELINUX=disabled\n", -1),
        std::pair("", -1)}) {
    system.file("etc/selinux/config", text);
    EXPECT_EQ(configuredSelinuxMode(kernel), mode) << text;
  }
}

}  // namespace orchestrator_exporter
