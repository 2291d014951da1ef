#include <gtest/gtest.h>
#include <poll.h>

#include <memory>

#include "http/security/tls/context.h"
#include "http/security/tls/session.h"
#include "probed.h"
#include "socket_server.h"
#include "tests/http/security/tls/certificates.h"

namespace orchestrator_exporter::probes::test {
namespace {

using orchestrator_exporter::test::Authority;
using orchestrator_exporter::test::Issued;

Module tcpModule() {
  Module module;
  module.prober = Prober::kTcp;
  return module;
}

TEST(TcpProbe, IsASuccessIfSomebodyListens) {
  const SocketServer server([](int) {});
  const Probed found = probed(tcpModule(), server.address());
  EXPECT_TRUE(found.isSuccess) << found.trace;
  EXPECT_EQ(found.value("probe_failed_due_to_regex"), "0");
  EXPECT_FALSE(probed(tcpModule(), "127.0.0.1:" + std::to_string(refusedPort())).isSuccess);
}

TEST(TcpProbe, NeedsAPort) {
  const Probed found = probed(tcpModule(), "127.0.0.1");
  EXPECT_FALSE(found.isSuccess);
  EXPECT_NE(found.trace.find("expected host:port"), std::string::npos);
}

TEST(TcpProbe, HoldsAConversationWithWhatWasSaid) {
  std::string answered;
  {
    const SocketServer server([&](int socket) {
      sendAll(socket, "welcome\r\n220 mail.example ESMTP\r\n");
      answered = receiveLine(socket);
      sendAll(socket, "250 fine\r\n");
    });
    Module module = tcpModule();
    module.tcp.exchanges = {
        {.expect = Expression("^220 ([^ ]+) (.*)$"),
         .labels = {{"host", "$1"}, {"greeting", "${2}!"}},
         .send = "EHLO ${1}",
         .startsTls = false},
        {.expect = Expression("^250"), .labels = {}, .send = "", .startsTls = false}};
    const Probed found = probed(module, server.address());
    EXPECT_TRUE(found.isSuccess) << found.trace;
    EXPECT_EQ(found.value(R"(probe_expect_info{greeting="ESMTP!",host="mail.example"})"), "1");
  }
  EXPECT_EQ(answered, "EHLO mail.example");
}

TEST(TcpProbe, FailsIfWhatIsExpectedDoesNotCome) {
  const SocketServer server([](int socket) { sendAll(socket, "500 no\n"); });
  Module module = tcpModule();
  module.tcp.exchanges = {
      {.expect = Expression("^220"), .labels = {}, .send = "", .startsTls = false}};
  const Probed found = probed(module, server.address());
  EXPECT_FALSE(found.isSuccess);
  EXPECT_EQ(found.value("probe_failed_due_to_regex"), "1");
}

// Shakes hands with each client and waits until it goes.
class TlsServer {
 public:
  explicit TlsServer(const Issued& issued)
      : context_(http::TlsContext::make({.certificate = {"", issued.certificate, "cert"},
                                         .key = {"", issued.key, "key"},
                                         .clientCa = {},
                                         .clientAllowedSans = {},
                                         .cipherSuites = {},
                                         .curves = {}},
                                        false)),
        server_([this](int socket) { serve(socket); }) {}

  std::string address() const { return server_.address(); }

 private:
  void serve(int socket) const {
    http::TlsSession session(context_, socket);
    if (session.handshake().status != http::TlsStatus::kDone) return;
    char c = 0;
    session.read(&c, 1);
  }

  const std::shared_ptr<const http::TlsContext> context_;
  SocketServer server_;
};

Module tlsModule(const Authority& authority) {
  Module module = tcpModule();
  module.tcp.isTls = true;
  module.tcp.tls.authorities.text = authority.certificate();
  return module;
}

TEST(TcpProbe, TellsOfTheCertificate) {
  const Authority authority("Probe CA");
  const TlsServer server(authority.issue("shop", "DNS:shop.example,DNS:www.example,IP:127.0.0.1"));
  const Probed found = probed(tlsModule(authority), server.address());
  EXPECT_TRUE(found.isSuccess) << found.trace;
  EXPECT_EQ(found.value(R"(probe_tls_version_info{version="TLS 1.3"})"), "1");
  EXPECT_NE(found.value("probe_ssl_earliest_cert_expiry"), "absent");
  EXPECT_EQ(found.value("probe_ssl_earliest_cert_expiry"),
            found.value("probe_ssl_last_chain_expiry_timestamp_seconds"));
  const auto info = found.values.lower_bound("probe_ssl_last_chain_info{");
  ASSERT_NE(info, found.values.end());
  EXPECT_NE(info->first.find(R"(subjectalternative="shop.example,www.example")"),
            std::string::npos);
  EXPECT_NE(info->first.find(R"(subject="CN=shop")"), std::string::npos);
  EXPECT_NE(info->first.find(R"(issuer="CN=Probe CA")"), std::string::npos);
}

TEST(TcpProbe, RefusesACertificateThatIsNotValid) {
  const Authority authority("Probe CA");
  const TlsServer expired(authority.issueExpired("shop"));
  const Probed found = probed(tlsModule(authority), expired.address(), {}, "shop");
  EXPECT_FALSE(found.isSuccess);
  EXPECT_NE(found.trace.find("certificate has expired"), std::string::npos) << found.trace;
  const TlsServer other(authority.issue("shop", "DNS:shop.example"));
  EXPECT_FALSE(probed(tlsModule(authority), other.address()).isSuccess);
  EXPECT_TRUE(probed(tlsModule(authority), other.address(), {}, "shop.example").isSuccess);
}

TEST(TcpProbe, TakesAnyCertificateIfItIsTold) {
  const Authority authority("Probe CA");
  const TlsServer expired(authority.issueExpired("shop"));
  Module module = tcpModule();
  module.tcp.isTls = true;
  module.tcp.tls.skipVerify = true;
  const Probed found = probed(module, expired.address());
  EXPECT_TRUE(found.isSuccess) << found.trace;
  EXPECT_EQ(found.value("probe_ssl_last_chain_expiry_timestamp_seconds"), "-62135596800");
}

}  // namespace
}  // namespace orchestrator_exporter::probes::test
