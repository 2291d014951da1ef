#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace orchestrator_exporter {

// A test in a network namespace of its own, with loopback up, IPv6 off until a test wants it, and a
// pair of joined devices that are down: v0 (02:00:00:00:00:01) and v1 (02:00:00:00:00:02).
// Everything made in it goes with it. Skips where the namespace or the devices cannot be made (it
// needs root, iproute2 and a kernel with veth).
class NetworkTest : public testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  // Runs `ip` of iproute2 with these arguments, or `tc`; false if it fails.
  static bool ip(std::string_view arguments);
  static bool tc(std::string_view arguments);
  // Sends so many packets of 142 bytes out of v0 and into v1, and brings both up for that.
  static void sendPackets(int count);

 private:
  int outside_ = -1;  // the namespace to come back to
};

}  // namespace orchestrator_exporter
