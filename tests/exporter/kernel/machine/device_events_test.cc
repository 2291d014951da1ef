#include "exporter/kernel/machine/device_events.h"

#include <gtest/gtest.h>

#include "tests/support/network_test.h"

namespace orchestrator_exporter {

namespace {

using DeviceEventsTest = NetworkTest;

// The machine may have events of its own meanwhile.
bool falseAtLast(DeviceEvents& events) {
  for (int i = 0; i < 100; ++i) {
    if (!events.any()) return true;
  }
  return false;
}

}  // namespace

TEST_F(DeviceEventsTest, HearsOfANewDevice) {
  DeviceEvents events;
  ASSERT_TRUE(falseAtLast(events));
  ASSERT_TRUE(ip("link add v2 type veth peer name v3"));
  EXPECT_TRUE(events.any());
  EXPECT_TRUE(falseAtLast(events));
}

TEST_F(DeviceEventsTest, HearsOfMoreThanItHasRoomFor) {
  DeviceEvents events;
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(
        ip("link add a" + std::to_string(i) + " type veth peer name b" + std::to_string(i)));
  }
  EXPECT_TRUE(events.any());
  EXPECT_TRUE(falseAtLast(events));
}

}  // namespace orchestrator_exporter
