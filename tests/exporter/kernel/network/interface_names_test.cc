#include "exporter/kernel/network/interface_names.h"

#include <gtest/gtest.h>
#include <net/if.h>

#include "tests/support/network_test.h"

namespace orchestrator_exporter {

TEST(InterfaceNames, KnowsLoopback) {
  InterfaceNames names;
  EXPECT_EQ(names.of(static_cast<int>(if_nametoindex("lo"))), "lo");
}

TEST(InterfaceNames, AreEmptyForInterfacesThatAreNotThere) {
  InterfaceNames names;
  for (const int index : {0, -1, 1 << 30}) EXPECT_EQ(names.of(index), "") << index;
  EXPECT_EQ(names.of(static_cast<int>(if_nametoindex("lo"))), "lo");
}

class InterfaceNamesOfDevices : public NetworkTest {};

TEST_F(InterfaceNamesOfDevices, AreAskedOnceUntilTheyAreForgotten) {
  InterfaceNames names;
  const auto first = static_cast<int>(if_nametoindex("v0"));
  const auto second = static_cast<int>(if_nametoindex("v1"));
  EXPECT_EQ(names.of(second), "v1");
  EXPECT_EQ(names.of(first), "v0");
  ASSERT_TRUE(ip("link set v0 name other"));
  EXPECT_EQ(names.of(first), "v0");
  names.forget();
  EXPECT_EQ(names.of(first), "other");
  EXPECT_EQ(names.of(second), "v1");
}

TEST_F(InterfaceNamesOfDevices, AreAsLongAsTheyCanBe) {
  ASSERT_TRUE(ip("link set v0 name abcdefghijklmno"));
  InterfaceNames names;
  EXPECT_EQ(names.of(static_cast<int>(if_nametoindex("abcdefghijklmno"))), "abcdefghijklmno");
}

}  // namespace orchestrator_exporter
