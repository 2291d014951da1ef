#include <gtest/gtest.h>
#include <sys/socket.h>

#include "exporter/probes/dns_message.h"
#include "tests/exporter/probes/dns_answers.h"
#include "tests/exporter/probes/probed.h"
#include "tests/exporter/probes/socket_server.h"

namespace orchestrator_exporter::probes::test {
namespace {

using namespace std::string_literals;

Module dnsModule(std::uint16_t type = 1) {
  Module module;
  module.prober = Prober::kDns;
  module.dns.name = "shop.example";
  module.dns.type = type;
  return module;
}

std::string twoAddresses(std::string_view question) {
  return answerTo(question, record(1, "\xc0\0\2\1"s) + record(1, "\xc0\0\2\2"s), 2);
}

TEST(DnsProbe, CountsRecordsOfTheAnswer) {
  const DatagramServer server([](std::string_view question) {
    return answerTo(question, record(1, "\xc0\0\2\1"s), 1, 0,
                    record(2, "\2ns\0"s) + record(1, "\x7f\0\0\1"s), 1, 1);
  });
  const Probed found = probed(dnsModule(), server.address());
  EXPECT_TRUE(found.isSuccess) << found.trace;
  EXPECT_EQ(found.value("probe_dns_answer_rrs"), "1");
  EXPECT_EQ(found.value("probe_dns_authority_rrs"), "1");
  EXPECT_EQ(found.value("probe_dns_additional_rrs"), "1");
  EXPECT_EQ(found.value("probe_dns_query_succeeded"), "1");
  EXPECT_EQ(found.value("probe_dns_serial"), "absent");
}

TEST(DnsProbe, TellsTheSerialOfAZone) {
  const std::string soa = "\2ns\xc0\x0c"s + "\4host\xc0\x0c"s + four(2026112901) + four(1) +
                          four(2) + four(3) + four(4);
  const DatagramServer server(
      [&](std::string_view question) { return answerTo(question, record(6, soa), 1); });
  const Probed found = probed(dnsModule(6), server.address());
  EXPECT_TRUE(found.isSuccess) << found.trace;
  EXPECT_EQ(found.value("probe_dns_serial"), "2026112901");
}

TEST(DnsProbe, FailsForACodeThatIsNotWanted) {
  const DatagramServer server(
      [](std::string_view question) { return answerTo(question, "", 0, 3); });
  const Probed found = probed(dnsModule(), server.address());
  EXPECT_FALSE(found.isSuccess);
  EXPECT_EQ(found.value("probe_dns_query_succeeded"), "1");
  Module module = dnsModule();
  module.dns.validCodes = {3};
  EXPECT_TRUE(probed(module, server.address()).isSuccess);
}

TEST(DnsProbe, MatchesRecordsAsZoneFilesWriteThem) {
  const DatagramServer server(twoAddresses);
  Module module = dnsModule();
  module.dns.answers.allMatch = {Expression("^shop\\.example\\.\t60\tIN\tA\t192\\.0\\.2\\.[12]$")};
  EXPECT_TRUE(probed(module, server.address()).isSuccess);
  module.dns.answers.noneMatches = {Expression("192.0.2.2$")};
  EXPECT_FALSE(probed(module, server.address()).isSuccess);
}

TEST(DnsProbe, TellsAllFromSome) {
  const DatagramServer server(twoAddresses);
  Module module = dnsModule();
  module.dns.answers.anyMatches = {Expression("192.0.2.2$")};
  module.dns.answers.sameForAll = {Expression("192.0.2")};
  EXPECT_TRUE(probed(module, server.address()).isSuccess);
  module.dns.answers.sameForAll = {Expression("192.0.2.2$")};
  EXPECT_FALSE(probed(module, server.address()).isSuccess);
  module.dns.answers.sameForAll = {};
  module.dns.answers.anyMatches = {Expression("192.0.2.3$")};
  EXPECT_FALSE(probed(module, server.address()).isSuccess);
}

TEST(DnsProbe, DemandsARecordIfOneIsToMatch) {
  const DatagramServer server([](std::string_view question) { return answerTo(question, "", 0); });
  Module module = dnsModule();
  EXPECT_TRUE(probed(module, server.address()).isSuccess);
  module.dns.answers.allMatch = {Expression(".")};
  EXPECT_FALSE(probed(module, server.address()).isSuccess);
}

TEST(DnsProbe, AsksByTcpToo) {
  const SocketServer server([](int socket) {
    char bytes[512];
    const ssize_t got = ::recv(socket, bytes, sizeof bytes, 0);
    const std::string answer = twoAddresses({bytes + 2, static_cast<std::size_t>(got) - 2});
    sendAll(socket, two(static_cast<unsigned>(answer.size())) + answer);
  });
  Module module = dnsModule();
  module.dns.byTcp = true;
  const Probed found = probed(module, server.address());
  EXPECT_TRUE(found.isSuccess) << found.trace;
  EXPECT_EQ(found.value("probe_dns_answer_rrs"), "2");
}

TEST(DnsProbe, TakesNoAnswerToAnotherQuestion) {
  const DatagramServer server([](std::string_view question) {
    std::string other(question);
    other[0] = static_cast<char>(other[0] + 1);
    return twoAddresses(other);
  });
  const Probed found = probed(dnsModule(), server.address(), {}, "", std::chrono::milliseconds(50));
  EXPECT_FALSE(found.isSuccess);
  EXPECT_EQ(found.value("probe_dns_query_succeeded"), "0");
}

TEST(DnsProbe, SurvivesAnyAnswer) {
  const DnsQuestion question{.name = "shop.example", .type = 1, .klass = 1};
  const std::string asked = encodeQuestion(question, 7);
  const std::string whole = twoAddresses(asked);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_THROW(
        {
          if (!decodeAnswer(whole.substr(0, size), question, 7)) throw ProbeFailure("");
        },
        ProbeFailure)
        << size;
  }
  // A name that points to itself.
  const std::string looped =
      answerTo(asked, two(0xc000 + static_cast<unsigned>(whole.size())) + two(1), 1);
  EXPECT_THROW(decodeAnswer(looped, question, 7), ProbeFailure);
}

}  // namespace
}  // namespace orchestrator_exporter::probes::test
