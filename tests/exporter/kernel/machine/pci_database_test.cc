#include "exporter/kernel/machine/pci_database.h"

#include <gtest/gtest.h>

namespace orchestrator_exporter {

constexpr std::string_view kText = R"(# Vendors
1022  Advanced Devices
	1483  Bridge
8086  Integrated Electronics
	1572  Controller X710
		8086 0007  Adapter X710-2
		1022 0000  Board X710
	1573  Other controller
		8086 0008  Other   adapter 

# Classes
C 02  Network controller
	00  Ethernet controller
	07  InfiniBand controller
		01  Fabric
C 03  Display controller
	00  VGA compatible controller
)";

TEST(PciDatabase, NamesVendorsDevicesAndSubsystems) {
  const PciDatabase names(kText);
  EXPECT_EQ(names.vendor(0x8086), "Integrated Electronics");
  EXPECT_EQ(names.device(0x8086, 0x1572), "Controller X710");
  EXPECT_EQ(names.subsystem(0x8086, 0x1572, 0x1022, 0), "Board X710");
  EXPECT_EQ(names.subsystem(0x8086, 0x1573, 0x8086, 8), "Other   adapter");
}

TEST(PciDatabase, GivesTheNumberOfWhatItDoesNotName) {
  const PciDatabase names(kText);
  EXPECT_EQ(names.vendor(0xABC), "0abc");
  EXPECT_EQ(names.device(0xABC, 0x1572), "1572");
  EXPECT_EQ(names.device(0x1022, 0x1572), "1572");
  EXPECT_EQ(names.subsystem(0x1022, 0x1572, 0x8086, 7), "0007");
  EXPECT_EQ(names.subsystem(0x8086, 0x1573, 0x8086, 7), "0007");
  EXPECT_EQ(PciDatabase("").vendor(0x8086), "8086");
}

TEST(PciDatabase, NamesAClassAsExactlyAsItCan) {
  const PciDatabase names(kText);
  EXPECT_EQ(names.deviceClass(0x020701), "Fabric");
  EXPECT_EQ(names.deviceClass(0x020702), "InfiniBand controller");
  EXPECT_EQ(names.deviceClass(0x029900), "Network controller");
  EXPECT_EQ(names.deviceClass(0x030000), "VGA compatible controller");
  EXPECT_EQ(names.deviceClass(0x0A0B0C), "Unknown class (0a0b0c)");
}

TEST(PciDatabase, PassesOverLinesThatAreNoEntries) {
  const PciDatabase database(
      "8086  First\nan unknown line\n\n\t0001  Thing\nsomething 1 2\n"
      "\t\t1022 0001  Board\n");
  EXPECT_EQ(database.device(0x8086, 1), "Thing");
  EXPECT_EQ(database.subsystem(0x8086, 1, 0x1022, 1), "Board");
}

TEST(PciDatabase, StandsAnyText) {
  for (const std::string_view text :
       {"8086", "\t\t\t", "\n\n8086  ", "\xFF\t8086", "C 02  \n\t00"}) {
    const PciDatabase names(text);
    EXPECT_EQ(names.device(0x8086, 1), "0001");
    EXPECT_NO_THROW(names.deviceClass(0x020000));
  }
}

TEST(PciDatabase, FindsNothingBehindTheEndOfAVendor) {
  // A device of the next vendor, and a subsystem of the next device.
  const PciDatabase names("1022  A\n1023  B\n\t0001  Of B\n\t0002  Other\n\t\t1023 0007  Sub\n");
  EXPECT_EQ(names.device(0x1022, 1), "0001");
  EXPECT_EQ(names.device(0x1023, 1), "Of B");
  EXPECT_EQ(names.subsystem(0x1023, 1, 0x1023, 7), "0007");
  EXPECT_EQ(names.subsystem(0x1023, 2, 0x1023, 7), "Sub");
}

TEST(PciDatabase, NeedsTwoSpacesBehindANumber) {
  // "1022 x" could be a subsystem's line that lost its tabs.
  EXPECT_EQ(PciDatabase("1022 0001  x\n").vendor(0x1022), "1022");
  EXPECT_EQ(PciDatabase("10221  x\n").vendor(0x1022), "1022");
}

}  // namespace orchestrator_exporter
