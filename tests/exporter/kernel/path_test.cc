#include "exporter/kernel/path.h"

#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

TEST(Path, SplitsAtTheLastSlash) {
  EXPECT_EQ(baseName("../devices/pci0000:00"), "pci0000:00");
  EXPECT_EQ(baseName("card0"), "card0");
  EXPECT_EQ(parentPath("../devices/pci0000:00"), "../devices");
  EXPECT_EQ(parentPath("card0"), "");
}

TEST(Path, FollowsSymbolicLinksToTheDevice) {
  TempSystem system;
  system.directory("sys/devices/platform/chip.1")
      .link("sys/class/x/device", "../../devices/platform/chip.1");
  const Kernel kernel(system.roots());
  EXPECT_EQ(baseName(realPath(kernel, "sys/class/x/device").value()), "chip.1");
  EXPECT_TRUE(isDirectory(kernel, "sys/class/x/device"));
}

TEST(Path, LeadsNowhereWhereALinkDangles) {
  TempSystem system;
  system.link("sys/class/x/device", "../gone").file("sys/class/x/name", "a\n");
  const Kernel kernel(system.roots());
  EXPECT_EQ(realPath(kernel, "sys/class/x/device"), std::nullopt);
  EXPECT_FALSE(isDirectory(kernel, "sys/class/x/device"));
  EXPECT_FALSE(isDirectory(kernel, "sys/class/x/name"));
}

}  // namespace orchestrator_exporter
