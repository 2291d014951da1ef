#include "http/ingest/browser/address_limits.h"

#include <gtest/gtest.h>

namespace orchestrator_exporter::http::browser {
namespace {

using namespace std::chrono_literals;

class AddressLimitsTest : public testing::Test {
 protected:
  // How many of so many beacons are allowed.
  int allowed(int beacons, const std::string& address) {
    int count = 0;
    for (int i = 0; i < beacons; ++i) count += limits.allow(address, now) ? 1 : 0;
    return count;
  }

  AddressLimits::TimePoint now{std::chrono::hours(1)};
  AddressLimits limits;
};

TEST_F(AddressLimitsTest, LetTwentyASecondFromOneAddress) {
  EXPECT_EQ(allowed(30, "192.0.2.1"), 20);
  now += 500ms;
  EXPECT_EQ(allowed(30, "192.0.2.1"), 10);
  EXPECT_EQ(allowed(30, "192.0.2.2"), 20);
}

TEST_F(AddressLimitsTest, TakeANetworkOfIpv6ForOneSender) {
  EXPECT_EQ(allowed(20, "2001:db8:0:1::1"), 20);
  EXPECT_EQ(allowed(20, "2001:db8:0:1:ffff::2"), 0);
  EXPECT_EQ(allowed(20, "2001:db8:0:2::1"), 20);
}

TEST_F(AddressLimitsTest, TellMappedAddressesApart) {
  EXPECT_EQ(allowed(20, "::ffff:192.0.2.1"), 20);
  EXPECT_EQ(allowed(20, "::ffff:192.0.2.2"), 20);
}

TEST_F(AddressLimitsTest, LetAThousandASecondFromAll) {
  int count = 0;
  for (int i = 0; i < 200; ++i) count += allowed(10, "10.0.0." + std::to_string(i));
  EXPECT_EQ(count, 1'000);
}

TEST_F(AddressLimitsTest, KeepOneAddressFromUsingUpWhatIsThereForAll) {
  EXPECT_EQ(allowed(5'000, "192.0.2.1"), 20);
  EXPECT_EQ(allowed(20, "192.0.2.2"), 20);
}

TEST_F(AddressLimitsTest, RefuseNewAddressesBeyondTheirMemoryUntilOldOnesAreForgotten) {
  for (std::size_t i = 0; i < AddressLimits::kMostAddresses; ++i) {
    allowed(1, "sender " + std::to_string(i));
  }
  now += 900ms;
  EXPECT_EQ(allowed(1, "192.0.2.1"), 0);
  now += 100ms;
  EXPECT_EQ(allowed(1, "192.0.2.1"), 1);
}

}  // namespace
}  // namespace orchestrator_exporter::http::browser
