#include "exporter/kernel/network/address_text.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <array>

namespace orchestrator_exporter {

namespace {

std::string written(const char* address) {
  std::array<std::uint8_t, 16> bytes{};
  inet_pton(AF_INET6, address, bytes.data());
  return addressText(bytes);
}

}  // namespace

TEST(AddressText, WritesIpv4WithDots) {
  EXPECT_EQ(addressText(std::array<std::uint8_t, 4>{192, 0, 2, 255}), "192.0.2.255");
}

TEST(AddressText, ShortensTheFirstOfTheLongestRunsOfZeros) {
  EXPECT_EQ(written("::"), "::");
  EXPECT_EQ(written("::1"), "::1");
  EXPECT_EQ(written("fe80::"), "fe80::");
  EXPECT_EQ(written("2001:db8:0:0:1:0:0:1"), "2001:db8::1:0:0:1");
  EXPECT_EQ(written("2001:0:0:1:0:0:0:1"), "2001:0:0:1::1");
  EXPECT_EQ(written("1:0:3:0:5:0:7:8"), "1:0:3:0:5:0:7:8");
  EXPECT_EQ(written("::102:304"), "::102:304");
}

TEST(AddressText, WritesAMappedAddressAsIpv4) {
  EXPECT_EQ(written("::ffff:192.0.2.1"), "192.0.2.1");
}

TEST(AddressText, TakesCharactersToo) {
  EXPECT_EQ(addressText(std::string_view("\xc0\0\2\xff", 4)), "192.0.2.255");
}

TEST(AddressText, WritesHardwareAddressesOfAnyLength) {
  EXPECT_EQ(hardwareAddressText(std::string_view("\2\0\x5e\x10\0\xfa", 6)), "02:00:5e:10:00:fa");
  EXPECT_EQ(hardwareAddressText("\x7f"), "7f");
  EXPECT_EQ(hardwareAddressText(""), "");
}

TEST(AddressText, IsEmptyForOtherLengths) {
  EXPECT_EQ(addressText(std::array<std::uint8_t, 6>{}), "");
}

}  // namespace orchestrator_exporter
