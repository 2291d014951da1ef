#include "exporter/kernel/ip_octets.h"

#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

TEST(IpOctets, AreTakenOnce) {
  leaveIpOctets({.received = 1, .sent = 2});
  const auto taken = takeIpOctets();
  ASSERT_TRUE(taken.has_value());
  EXPECT_EQ(taken->received, 1);
  EXPECT_EQ(taken->sent, 2);
  EXPECT_FALSE(takeIpOctets().has_value());
}

TEST(IpOctets, AreLeftByNetstatOfTheRunningKernelOnly) {
  takeIpOctets();
  collectSamples("netstat", fixture("typical"));
  EXPECT_FALSE(takeIpOctets().has_value());
}

}  // namespace orchestrator_exporter
