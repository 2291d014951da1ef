#include "exporter/probes/resolver.h"

#include <gtest/gtest.h>

#include "dns_answers.h"
#include "exporter/probes/waiting.h"
#include "probed.h"
#include "socket_server.h"

namespace orchestrator_exporter::probes::test {
namespace {

using namespace std::string_literals;

std::vector<std::string> resolved(const std::string& name, const ResolverSettings& settings,
                                  bool wantsIpv4 = true, bool wantsIpv6 = true,
                                  std::chrono::milliseconds limit = std::chrono::seconds(60)) {
  Waiting waiting(std::chrono::steady_clock::now() + limit, {});
  std::vector<std::string> texts;
  for (const IpAddress& address : resolve(name, wantsIpv4, wantsIpv6, settings, waiting)) {
    texts.push_back(address.text());
  }
  return texts;
}

ResolverSettings settingsOf(const DatagramServer& server) {
  ResolverSettings settings;
  settings.servers = {{*IpAddress::parse("127.0.0.1"), server.port()}};
  return settings;
}

TEST(Resolver, ReadsWhatTheHostSays) {
  const ResolverSettings settings = parseResolverSettings(
      "# comment\nnameserver 192.0.2.53\nnameserver nonsense\nnameserver 2001:db8::53\n"
      "search a.example b.example\noptions ndots:2 timeout:3 attempts:4 rotate\n",
      "127.0.0.1 localhost Box # this one\n::1 localhost\nnonsense x\n");
  ASSERT_EQ(settings.servers.size(), 2U);
  EXPECT_EQ(settings.servers[1].address.text(), "2001:db8::53");
  EXPECT_EQ(settings.searched, (std::vector<std::string>{"a.example", "b.example"}));
  EXPECT_EQ(settings.dots, 2U);
  EXPECT_EQ(settings.timeout, std::chrono::seconds(3));
  EXPECT_EQ(settings.attempts, 4);
  EXPECT_EQ(settings.table.size(), 3U);
  EXPECT_EQ(settings.table.find("box")->second.text(), "127.0.0.1");
}

TEST(Resolver, LooksIntoTheTableFirst) {
  const ResolverSettings settings =
      parseResolverSettings("", "127.0.0.1 localhost\n::1 localhost\n");
  EXPECT_EQ(resolved("LOCALHOST", settings), (std::vector<std::string>{"127.0.0.1", "::1"}));
  EXPECT_EQ(resolved("localhost", settings, false, true), std::vector<std::string>{"::1"});
}

TEST(Resolver, AsksServersForBothKinds) {
  const std::string ipv6 = "\x20\1" + std::string(13, '\0') + "\1";
  const DatagramServer server([&](std::string_view question) {
    return typeOf(question) == 1 ? answerTo(question, record(1, "\xc0\0\2\1"s), 1)
                                 : answerTo(question, record(28, ipv6), 1);
  });
  EXPECT_EQ(resolved("shop.example", settingsOf(server)),
            (std::vector<std::string>{"192.0.2.1", "2001::1"}));
}

TEST(Resolver, TriesTheSearchedDomainsForAShortName) {
  const DatagramServer server([](std::string_view question) {
    const bool isWhole = question.find("\4shop\7example") != std::string_view::npos;
    return isWhole ? answerTo(question, record(1, "\xc0\0\2\1"s), 1) : answerTo(question, "", 0, 3);
  });
  ResolverSettings settings = settingsOf(server);
  settings.searched = {"nowhere", "example"};
  EXPECT_EQ(resolved("shop", settings, true, false), std::vector<std::string>{"192.0.2.1"});
}

TEST(Resolver, GoesOnToTheNextServer) {
  const DatagramServer silent([](std::string_view) { return ""s; });
  const DatagramServer server(
      [](std::string_view question) { return answerTo(question, record(1, "\xc0\0\2\1"s), 1); });
  ResolverSettings settings = settingsOf(silent);
  settings.servers.push_back({*IpAddress::parse("127.0.0.1"), server.port()});
  settings.timeout = std::chrono::milliseconds(20);
  EXPECT_EQ(resolved("shop.example", settings, true, false), std::vector<std::string>{"192.0.2.1"});
}

TEST(Resolver, EndsAtTheDeadline) {
  const DatagramServer silent([](std::string_view) { return ""s; });
  EXPECT_THROW(
      resolved("shop.example", settingsOf(silent), true, true, std::chrono::milliseconds(30)),
      ProbeFailure);
}

TEST(IpAddress, ReadsAndWritesBothKinds) {
  EXPECT_EQ(IpAddress::parse("192.0.2.1")->text(), "192.0.2.1");
  EXPECT_EQ(IpAddress::parse("2001:DB8::1")->text(), "2001:db8::1");
  EXPECT_EQ(IpAddress::parse("::ffff:192.0.2.1")->text(), "192.0.2.1");
  EXPECT_FALSE(IpAddress::parse("192.0.2"));
  EXPECT_FALSE(IpAddress::parse("host"));
}

TEST(DeniedNetworks, HaveTheirAddressesAndNoOthers) {
  const DeniedNetworks denied({"10.0.0.0/9", "fd00::/8", "192.0.2.7"});
  for (const char* inside : {"10.127.255.255", "fd12::1", "192.0.2.7", "::ffff:10.0.0.1"}) {
    EXPECT_TRUE(denied.have(*IpAddress::parse(inside))) << inside;
  }
  for (const char* outside : {"10.128.0.0", "fe00::1", "192.0.2.6"}) {
    EXPECT_FALSE(denied.have(*IpAddress::parse(outside))) << outside;
  }
  EXPECT_THROW(DeniedNetworks({"10.0.0.0/33"}), std::invalid_argument);
  EXPECT_THROW(DeniedNetworks({"host/8"}), std::invalid_argument);
}

}  // namespace
}  // namespace orchestrator_exporter::probes::test
