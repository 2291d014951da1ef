#include "exporter/kernel/network/netlink.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include <vector>

#include "exporter/kernel/kernel.h"

namespace orchestrator_exporter {

namespace {

using testing::ElementsAre;

NetlinkRequest linkRequest() { return {"netlink RTM_GETLINK", RTM_GETLINK, ifinfomsg{}}; }

std::vector<std::string> payloads(std::string_view bytes) {
  std::vector<std::string> found;
  for (const NetlinkAttribute& attribute : NetlinkAttributes(bytes)) {
    found.emplace_back(attribute.payload);
  }
  return found;
}

}  // namespace

TEST(NetlinkAttributes, AreReadOneAfterTheOther) {
  // Built as a request is: header, then attributes padded to four bytes.
  const NetlinkRequest request =
      linkRequest().add(IFLA_IFNAME, "eth0").add(IFLA_MTU, 1500U).add(IFLA_IFALIAS, "");
  const NetlinkMessage message(request.body());
  EXPECT_THAT(payloads(std::string_view(request.body()).substr(sizeof(ifinfomsg))),
              ElementsAre("eth0", std::string("\xdc\5\0\0", 4), ""));
  EXPECT_EQ(message.attributes<ifinfomsg>().find(IFLA_MTU).number<std::uint32_t>(), 1500U);
  EXPECT_EQ(message.attributes<ifinfomsg>().find(IFLA_IFNAME).text(), "eth0");
  EXPECT_EQ(message.attributes<ifinfomsg>().find(IFLA_MTU).number<std::uint64_t>(), std::nullopt);
  EXPECT_TRUE(message.attributes<ifinfomsg>().find(IFLA_GROUP).payload.empty());
}

TEST(NetlinkAttributes, EndBeforeOneThatIsCutOffOrMakesNoSense) {
  const std::string whole =
      linkRequest().add(IFLA_IFNAME, "abcde").body().substr(sizeof(ifinfomsg));
  EXPECT_THAT(payloads(whole), ElementsAre("abcde"));
  for (std::size_t size = 0; size < 9; ++size) {
    EXPECT_THAT(payloads(whole.substr(0, size)), ElementsAre()) << size;
  }
  EXPECT_THAT(payloads(whole.substr(0, 9)), ElementsAre("abcde"));  // without the padding
  EXPECT_THAT(payloads(std::string(12, '\0')), ElementsAre());
  EXPECT_THAT(payloads(std::string(12, '\xff')), ElementsAre());
}

TEST(NetlinkMessage, TakesWhatIsMissingOfAHeaderForZero) {
  const NetlinkMessage message("\2");
  EXPECT_EQ(message.header<ifinfomsg>().ifi_family, 2);
  EXPECT_EQ(message.header<ifinfomsg>().ifi_index, 0);
  EXPECT_FALSE(message.attributes<ifinfomsg>().begin() != nullptr);
}

TEST(NetlinkSocket, ListsAgainAndAgainOnOneSocket) {
  NetlinkSocket socket(NETLINK_ROUTE);
  for (int scrape = 0; scrape < 3; ++scrape) {
    std::vector<std::string> names;
    socket.dump(
        linkRequest(), [&] { names.clear(); },
        [&](const NetlinkMessage& message) {
          names.emplace_back(message.attributes<ifinfomsg>().find(IFLA_IFNAME).text());
        });
    EXPECT_THAT(names, testing::Contains("lo"));
  }
}

TEST(NetlinkSocket, AsksForOneThing) {
  NetlinkSocket socket(NETLINK_ROUTE);
  std::string name;
  socket.ask(linkRequest().add(IFLA_IFNAME, std::string_view("lo\0", 3)),
             [&](const NetlinkMessage& message) {
               name = message.attributes<ifinfomsg>().find(IFLA_IFNAME).text();
             });
  EXPECT_EQ(name, "lo");
}

TEST(NetlinkSocket, NamesTheRequestThatTheKernelRefused) {
  NetlinkSocket socket(NETLINK_ROUTE);
  const auto ignore = [](const NetlinkMessage&) {};
  const NetlinkRequest nonsense("netlink NONSENSE", 0xfff0, ifinfomsg{});
  for (int attempt = 0; attempt < 2; ++attempt) {
    try {
      socket.ask(nonsense, ignore);
      FAIL();
    } catch (const ReadError& error) {
      EXPECT_STREQ(error.what(), "netlink NONSENSE: Operation not supported");
    }
  }
  // It is of use again after that.
  int links = 0;
  socket.dump(
      linkRequest(), [] {}, [&](const NetlinkMessage&) { ++links; });
  EXPECT_GT(links, 0);
}

TEST(NetlinkSocket, FailsWhereTheProtocolIsMissing) {
  NetlinkSocket socket(MAX_LINKS - 1);
  EXPECT_THROW(socket.dump(
                   linkRequest(), [] {}, [](const NetlinkMessage&) {}),
               ReadError);
}

}  // namespace orchestrator_exporter
