#include "exporter/kernel/network/generic_netlink.h"

#include <gtest/gtest.h>
#include <linux/genetlink.h>

#include "exporter/kernel/kernel.h"

namespace orchestrator_exporter {

TEST(GenericNetlink, FindsTheFamilyThatEveryKernelHas) {
  GenericNetlink netlink;
  EXPECT_EQ(netlink.family("nlctrl"), GENL_ID_CTRL);
  // On the same socket again.
  EXPECT_EQ(netlink.family("nlctrl"), GENL_ID_CTRL);
}

TEST(GenericNetlink, KnowsNoFamilyThatIsNotThere) {
  GenericNetlink netlink;
  EXPECT_EQ(netlink.family("no-such-family"), std::nullopt);
  EXPECT_EQ(netlink.family(""), std::nullopt);
  EXPECT_EQ(netlink.family("nlctrl"), GENL_ID_CTRL);
}

TEST(GenericNetlink, RefusesANameThatNoFamilyCanHave) {
  GenericNetlink netlink;
  // GENL_NAMSIZ is 16: the kernel takes the attribute for invalid.
  const std::string name(100, 'x');
  try {
    netlink.family(name);
    FAIL() << "taken";
  } catch (const ReadError& error) {
    EXPECT_EQ(std::string(error.what()).find("generic netlink family xxx"), 0u);
  }
}

TEST(GenericNetlink, PutsTheCommandIntoTheHeader) {
  const NetlinkRequest request = GenericNetlink::request("what", 27, 5);
  EXPECT_EQ(request.name(), "what");
  EXPECT_EQ(request.type(), 27);
  const auto header = NetlinkMessage(request.body()).header<genlmsghdr>();
  EXPECT_EQ(header.cmd, 5);
  EXPECT_EQ(header.version, 1);
}

}  // namespace orchestrator_exporter
