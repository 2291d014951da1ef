#include "exporter/kernel/network/network_class.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

using testing::ElementsAre;

TEST(NetworkClass, ListsFoldersAndLinksToFolders) {
  TempSystem system;
  system.directory("sys/class/net/lo")
      .directory("sys/devices/pci/net/eth0")
      .link("sys/class/net/eth0", "../../devices/pci/net/eth0")
      .file("sys/class/net/bonding_masters", "bond0\n");
  Kernel kernel(system.roots());
  EXPECT_THAT(networkDevices(kernel).value(), ElementsAre("eth0", "lo"));
}

TEST(NetworkClass, IsNothingWithoutTheFolder) {
  TempSystem system;
  Kernel kernel(system.roots());
  EXPECT_FALSE(networkDevices(kernel));
}

TEST(NetworkClass, ListsWhatThisMachineHas) {
  Kernel kernel{Roots{}};
  EXPECT_THAT(networkDevices(kernel).value(), testing::Contains("lo"));
}

TEST(NetworkAttribute, IsTheTextOfItsFile) {
  TempSystem system;
  system.file("sys/class/net/eth0/operstate", "up\n").file("sys/class/net/eth0/ifalias", "\n");
  Kernel kernel(system.roots());
  EXPECT_EQ(networkAttribute(kernel, "eth0", "operstate"), "up");
  EXPECT_EQ(networkAttribute(kernel, "eth0", "ifalias"), "");
}

TEST(NetworkAttribute, IsNothingIfTheDeviceHasNone) {
  TempSystem system;
  system.directory("sys/class/net/eth0/device");
  Kernel kernel(system.roots());
  EXPECT_FALSE(networkAttribute(kernel, "eth0", "speed"));
  EXPECT_FALSE(networkAttribute(kernel, "eth1", "speed"));
  EXPECT_FALSE(networkAttribute(kernel, "eth0", "device"));
}

TEST(NetworkAttribute, IsNothingIfTheDriverDoesNotKnow) {
  Kernel kernel{Roots{}};
  // The kernel answers EINVAL.
  EXPECT_FALSE(networkAttribute(kernel, "lo", "speed"));
  EXPECT_EQ(networkAttribute(kernel, "lo", "type"), "772");  // ARPHRD_LOOPBACK
}

}  // namespace orchestrator_exporter
