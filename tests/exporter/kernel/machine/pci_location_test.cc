#include "exporter/kernel/machine/pci_location.h"

#include <gtest/gtest.h>

namespace orchestrator_exporter {

TEST(PciLocation, IsReadFromTheNameOfADevice) {
  const auto location = parsePciLocation("10000:E0:1f.7");
  ASSERT_TRUE(location);
  EXPECT_EQ(location->segment, "10000");
  EXPECT_EQ(location->bus, "e0");
  EXPECT_EQ(location->device, "1f");
  EXPECT_EQ(location->function, "7");
  EXPECT_EQ(parsePciLocation("0:1:2.3")->segment, "0000");
}

TEST(PciLocation, IsNoneOfOtherNames) {
  for (const char* name : {"", "pci0000:00", "0000:00:1f", "0000:00:1f.x", "1:2:3", "-1:00:00.0"}) {
    EXPECT_FALSE(parsePciLocation(name)) << name;
  }
}

TEST(PciLocation, ShowsNumbersWithAtLeastSoManyDigits) {
  EXPECT_EQ(hexadecimal(0x1a, 4), "001a");
  EXPECT_EQ(hexadecimal(0x12345, 2), "12345");
}

}  // namespace orchestrator_exporter
