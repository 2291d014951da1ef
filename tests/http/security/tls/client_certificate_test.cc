#include "http/security/tls/client_certificate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "http/security/tls/session.h"
#include "tests/http/security/tls/certificates.h"
#include "tests/http/security/tls/connection.h"

namespace orchestrator_exporter::http {
namespace {

using test::TlsConnection;
using testing::ElementsAre;
using testing::StartsWith;

const test::Authority& authority() {
  static const test::Authority authority("authority");
  return authority;
}
const test::Authority& stranger() {
  static const test::Authority authority("stranger");
  return authority;
}

TlsSettings settings() {
  static const test::Issued issued = authority().issue("server", "DNS:localhost");
  TlsSettings settings;
  settings.certificate.text = issued.certificate;
  settings.key.text = issued.key;
  return settings;
}

TlsSettings askingClients(ClientAuth auth) {
  TlsSettings asking = settings();
  asking.clientAuth = auth;
  asking.clientCa.text = authority().certificate();
  return asking;
}

// How the server's handshake went: "done", or why it failed.
std::string handshake(const TlsSettings& server, const TlsConnection::Client& client) {
  TlsConnection connection(TlsContext::make(server, true), client);
  const TlsStatus status = connection.shakeHands();
  return status == TlsStatus::kDone ? "done" : connection.server().reason();
}

std::string handshakeWith(const TlsSettings& server, const test::Issued& certificate) {
  return handshake(server, {.certificate = certificate});
}

// The same by both versions, which ask for the client's certificate at different times.
void expectHandshake(const TlsSettings& server, const test::Issued& certificate,
                     const std::string& outcome) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    EXPECT_EQ(handshake(server,
                        {.minVersion = version, .maxVersion = version, .certificate = certificate}),
              outcome)
        << version;
  }
}

TEST(ClientCertificate, AsksNobodyForACertificateUnlessConfigured) {
  expectHandshake(settings(), {}, "done");
  expectHandshake(settings(), stranger().issue("client"), "done");
  TlsSettings server = settings();
  server.clientAllowedSans = {"prometheus.example"};  // of no use then
  expectHandshake(server, {}, "done");
}

TEST(ClientCertificate, TakesAnyCertificateOrNoneIfItRequestsOne) {
  const TlsSettings server = askingClients(ClientAuth::kRequest);
  expectHandshake(server, {}, "done");
  expectHandshake(server, stranger().issue("client"), "done");
}

TEST(ClientCertificate, TakesAnyCertificateIfItRequiresOne) {
  const TlsSettings server = askingClients(ClientAuth::kRequireAny);
  expectHandshake(server, stranger().issueExpired("client"), "done");
  expectHandshake(server, {}, "peer did not return a certificate");
}

TEST(ClientCertificate, VerifiesACertificateThatIsGiven) {
  const TlsSettings server = askingClients(ClientAuth::kVerifyIfGiven);
  expectHandshake(server, {}, "done");
  expectHandshake(server, authority().issue("client"), "done");
  expectHandshake(server, stranger().issue("client"),
                  "the client's certificate is not accepted: unable to get local issuer "
                  "certificate");
}

TEST(ClientCertificate, VerifiesACertificateThatItRequires) {
  const TlsSettings server = askingClients(ClientAuth::kRequireAndVerify);
  expectHandshake(server, authority().issue("client"), "done");
  expectHandshake(server, {}, "peer did not return a certificate");
  expectHandshake(server, stranger().issue("client"),
                  "the client's certificate is not accepted: unable to get local issuer "
                  "certificate");
  expectHandshake(server, authority().issueExpired("client"),
                  "the client's certificate is not accepted: certificate has expired");
}

TEST(ClientCertificate, TrustsNoPrivateAuthorityWithoutAClientCa) {
  TlsSettings server = askingClients(ClientAuth::kRequireAndVerify);
  server.clientCa = {};
  EXPECT_THAT(handshakeWith(server, authority().issue("client")),
              StartsWith("the client's certificate is not accepted: "));
}

TEST(ClientCertificate, TrustsEachCertificateOfTheClientCa) {
  TlsSettings server = askingClients(ClientAuth::kRequireAndVerify);
  const test::Issued client = stranger().issue("client");
  server.clientCa.text = authority().certificate() + client.certificate;
  EXPECT_EQ(handshakeWith(server, client), "done");
  EXPECT_EQ(handshakeWith(server, authority().issue("other")), "done");
}

TEST(ClientCertificate, TellsClientsItsAuthorities) {
  TlsConnection connection(TlsContext::make(askingClients(ClientAuth::kRequest), true), {});
  connection.shakeHands();
  EXPECT_THAT(connection.toldAuthorities(), ElementsAre("authority"));
}

TEST(ClientCertificate, AcceptsOneOfTheAllowedNames) {
  const test::Issued client =
      authority().issue("client",
                        "DNS:prometheus.example,email:ops@example.com,IP:10.0.0.1,IP:2001:db8::1,"
                        "URI:spiffe://example/prometheus");
  for (const char* name : {"prometheus.example", "ops@example.com", "10.0.0.1", "2001:db8::1",
                           "spiffe://example/prometheus"}) {
    TlsSettings server = askingClients(ClientAuth::kRequireAndVerify);
    server.clientAllowedSans = {"another", name};
    expectHandshake(server, client, "done");
  }
}

TEST(ClientCertificate, RefusesACertificateWithoutAnAllowedName) {
  const std::string refused = "the client's certificate has none of client_allowed_sans";
  TlsSettings server = askingClients(ClientAuth::kRequireAndVerify);
  server.clientAllowedSans = {"prometheus.example"};
  expectHandshake(server, authority().issue("prometheus.example"), refused);  // is no SAN
  for (const char* names :
       {"DNS:other", "DNS:PROMETHEUS.example", "DNS:*.example", "DNS:prometheus.example.",
        "IP:10.0.0.1", "otherName:1.2.3.4;UTF8:prometheus.example"}) {
    expectHandshake(server, authority().issue("client", names), refused);
  }
}

TEST(ClientCertificate, ChecksNamesOfCertificatesThatItDoesNotVerify) {
  TlsSettings server = askingClients(ClientAuth::kRequest);
  server.clientAllowedSans = {"prometheus.example"};
  expectHandshake(server, stranger().issue("client", "DNS:prometheus.example"), "done");
  expectHandshake(server, stranger().issue("client", "DNS:other"),
                  "the client's certificate has none of client_allowed_sans");
  expectHandshake(server, {}, "peer did not return a certificate");
}

}  // namespace
}  // namespace orchestrator_exporter::http
