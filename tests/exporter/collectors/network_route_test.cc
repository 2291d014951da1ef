#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/collectors.h"
#include "tests/support/network_test.h"

namespace orchestrator_exporter {

namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string routeInfo(const std::string& labels) {
  return "node_network_route_info{" + labels + "} 1\n";
}

class NetworkRoute : public NetworkTest {
 protected:
  void SetUp() override {
    NetworkTest::SetUp();
    if (IsSkipped()) return;
    std::ofstream("/proc/sys/net/ipv6/conf/v0/disable_ipv6") << 0;
    ASSERT_TRUE(ip("link set v0 addrgenmode none up") && ip("addr add 192.0.2.1/24 dev v0") &&
                ip("link set v1 up"));
  }
};

}  // namespace

TEST_F(NetworkRoute, ReportsUnicastRoutesOnly) {
  ASSERT_TRUE(ip("route add blackhole 198.51.100.0/24") &&
              ip("route add default via 192.0.2.254 proto dhcp metric 100"));
  EXPECT_EQ(
      collectText("network_route", TempSystem()),
      "# HELP node_network_route_info A unicast route of any table; always 1.\n"
      "# TYPE node_network_route_info gauge\n" +
          routeInfo(
              R"(dest="default",device="v0",gw="192.0.2.254",priority="100",proto="dhcp",src="",weight="")") +
          routeInfo(
              R"(dest="192.0.2.0/24",device="v0",gw="",priority="0",proto="kernel",src="192.0.2.1",weight="")") +
          "# HELP node_network_routes Unicast routes that leave by the device.\n"
          "# TYPE node_network_routes gauge\n"
          "node_network_routes{device=\"v0\"} 2\n");
}

TEST_F(NetworkRoute, ReportsRoutesOfAllTablesAndProtocols) {
  ASSERT_TRUE(ip("route add 203.0.113.0/25 via 192.0.2.7 table 99 proto 186") &&
              ip("route add 203.0.113.128/25 dev v0 proto 99"));
  EXPECT_THAT(
      collectSamples("network_route", TempSystem()),
      AllOf(
          HasSubstr(routeInfo(
              R"(dest="203.0.113.0/25",device="v0",gw="192.0.2.7",priority="0",proto="bgp",src="",weight="")")),
          HasSubstr(routeInfo(
              R"(dest="203.0.113.128/25",device="v0",gw="",priority="0",proto="unknown",src="",weight="")")),
          HasSubstr("node_network_routes{device=\"v0\"} 3\n")));
}

TEST_F(NetworkRoute, ReportsEachHopOfAMultipathRoute) {
  ASSERT_TRUE(
      ip("route add 203.0.113.0/24 proto static nexthop via 192.0.2.5 weight 3 "
         "nexthop via 192.0.2.6"));
  EXPECT_THAT(
      collectSamples("network_route", TempSystem()),
      AllOf(
          HasSubstr(routeInfo(
              R"(dest="203.0.113.0/24",device="v0",gw="192.0.2.5",priority="0",proto="static",src="",weight="3")")),
          HasSubstr(routeInfo(
              R"(dest="203.0.113.0/24",device="v0",gw="192.0.2.6",priority="0",proto="static",src="",weight="1")")),
          HasSubstr("node_network_routes{device=\"v0\"} 3\n")));
}

TEST_F(NetworkRoute, ReportsIpv6) {
  ASSERT_TRUE(ip("addr add 2001:db8::1/64 dev v0 nodad") &&
              ip("route add 2001:db8:5::/48 via 2001:db8::5 proto ra") &&
              ip("-6 route add default via 2001:db8::7 src 2001:db8::1"));
  EXPECT_THAT(
      collectSamples("network_route", TempSystem()),
      AllOf(
          HasSubstr(routeInfo(
              R"(dest="2001:db8::/64",device="v0",gw="",priority="256",proto="kernel",src="",weight="")")),
          HasSubstr(routeInfo(
              R"(dest="2001:db8:5::/48",device="v0",gw="2001:db8::5",priority="1024",proto="ra",src="",weight="")")),
          HasSubstr(routeInfo(
              R"(dest="default",device="v0",gw="2001:db8::7",priority="1024",proto="boot",src="2001:db8::1",weight="")")),
          Not(HasSubstr("ff00::"))));
}

TEST_F(NetworkRoute, HasNoSamplesWithoutRoutes) {
  ASSERT_TRUE(ip("addr flush dev v0"));
  EXPECT_EQ(collectText("network_route", TempSystem()), "");
}

}  // namespace orchestrator_exporter
