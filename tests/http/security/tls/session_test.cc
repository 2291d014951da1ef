#include "http/security/tls/session.h"

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <sys/socket.h>

#include <string>

#include "tests/http/security/tls/certificates.h"
#include "tests/http/security/tls/connection.h"

namespace orchestrator_exporter::http {
namespace {

using test::TlsConnection;

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

TlsConnection connect(const TlsSettings& server, const TlsConnection::Client& client = {},
                      bool http2 = true) {
  return TlsConnection(TlsContext::make(server, http2), client);
}

// How the server's handshake went: "done", or why it failed.
std::string handshake(const TlsSettings& server, const TlsConnection::Client& client) {
  TlsConnection connection = connect(server, client);
  const TlsStatus status = connection.shakeHands();
  return status == TlsStatus::kDone ? "done" : connection.server().reason();
}

std::string clientReads(TlsConnection& connection) {
  char bytes[4096];
  const int got = SSL_read(connection.client(), bytes, sizeof bytes);
  return got > 0 ? std::string(bytes, static_cast<std::size_t>(got)) : "";
}

void clientWrites(TlsConnection& connection, const std::string& text) {
  EXPECT_EQ(SSL_write(connection.client(), text.data(), static_cast<int>(text.size())),
            static_cast<int>(text.size()));
}

// What the server reads at once; empty if it has to wait.
std::string serverReads(TlsConnection& connection) {
  char bytes[4096];
  const TlsResult result = connection.server().read(bytes, sizeof bytes);
  return result.status == TlsStatus::kDone ? std::string(bytes, result.bytes) : "";
}

TEST(TlsSession, ShakesHandsByTls12And13) {
  TlsConnection newest = connect(settings());
  EXPECT_EQ(newest.shakeHands(), TlsStatus::kDone);
  EXPECT_EQ(newest.version(), "TLSv1.3");
  EXPECT_EQ(newest.serverName(), "server");

  TlsConnection older = connect(settings(), {.maxVersion = TLS1_2_VERSION});
  EXPECT_EQ(older.shakeHands(), TlsStatus::kDone);
  EXPECT_EQ(older.version(), "TLSv1.2");
}

TEST(TlsSession, WaitsForTheClientsFirstBytes) {
  TlsConnection connection = connect(settings());
  EXPECT_EQ(connection.server().handshake().status, TlsStatus::kWantRead);
  EXPECT_EQ(connection.server().handshake().status, TlsStatus::kWantRead);
}

TEST(TlsSession, RefusesVersionsOutsideTheConfiguredOnes) {
  EXPECT_EQ(handshake(settings(), {.minVersion = TLS1_VERSION, .maxVersion = TLS1_1_VERSION}),
            "unsupported protocol");
  TlsSettings newest = settings();
  newest.minVersion = TlsVersion::kTls13;
  EXPECT_EQ(handshake(newest, {.maxVersion = TLS1_2_VERSION}), "unsupported protocol");
  TlsSettings older = settings();
  older.maxVersion = TlsVersion::kTls12;
  EXPECT_EQ(handshake(older, {.minVersion = TLS1_3_VERSION}), "unsupported protocol");
}

TEST(TlsSession, SpeaksOldVersionsIfTheyAreConfigured) {
  TlsSettings old = settings();
  old.minVersion = TlsVersion::kTls10;
  for (const int version : {TLS1_VERSION, TLS1_1_VERSION, TLS1_2_VERSION, TLS1_3_VERSION}) {
    EXPECT_EQ(handshake(old, {.minVersion = version, .maxVersion = version}), "done") << version;
  }
}

TEST(TlsSession, AgreesOnConfiguredSuitesOnly) {
  TlsSettings server = settings();
  server.cipherSuites = {"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"};
  TlsConnection connection = connect(server, {.maxVersion = TLS1_2_VERSION});
  EXPECT_EQ(connection.shakeHands(), TlsStatus::kDone);
  EXPECT_EQ(connection.suite(), "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");
  EXPECT_EQ(
      handshake(server, {.maxVersion = TLS1_2_VERSION, .suites = "ECDHE-ECDSA-AES128-GCM-SHA256"}),
      "no shared cipher");
}

TEST(TlsSession, AgreesOnSecureSuitesUnlessConfigured) {
  // As Go: no CBC with SHA-256, nothing without forward secrecy.
  EXPECT_EQ(handshake(settings(), {.maxVersion = TLS1_2_VERSION,
                                   .suites = "ECDHE-ECDSA-AES128-SHA256:AES128-GCM-SHA256"}),
            "no shared cipher");
  EXPECT_EQ(
      handshake(settings(), {.maxVersion = TLS1_2_VERSION, .suites = "ECDHE-ECDSA-AES128-SHA"}),
      "done");
}

TEST(TlsSession, SpeaksTls13OnlyIfAllConfiguredSuitesAreOfIt) {
  TlsSettings server = settings();
  server.cipherSuites = {"TLS_AES_256_GCM_SHA384"};
  EXPECT_EQ(handshake(server, {}), "done");
  EXPECT_EQ(handshake(server, {.maxVersion = TLS1_2_VERSION}), "unsupported protocol");
}

TEST(TlsSession, AgreesOnConfiguredCurvesOnly) {
  TlsSettings server = settings();
  server.curves = {"CurveP384", "X25519"};
  EXPECT_EQ(handshake(server, {.groups = "P-384"}), "done");
  EXPECT_EQ(handshake(server, {.groups = "X25519"}), "done");
  EXPECT_EQ(handshake(server, {.groups = "P-521"}), "no suitable key share");
}

TEST(TlsSession, ShowsTheChainBehindTheCertificate) {
  TlsSettings server = settings();
  server.certificate.text += authority().certificate() + stranger().certificate();
  TlsConnection connection = connect(server);
  EXPECT_EQ(connection.shakeHands(), TlsStatus::kDone);
  EXPECT_EQ(connection.serverName(), "server");
  EXPECT_EQ(connection.chainLength(), 3);
}

TEST(TlsSession, AgreesOnHttp11BeforeHttp2) {
  const auto agreed = [](const std::vector<std::string>& offered, bool http2) {
    TlsConnection connection = connect(settings(), {.protocols = offered}, http2);
    EXPECT_EQ(connection.shakeHands(), TlsStatus::kDone);
    return std::string(connection.server().alpn());
  };
  EXPECT_EQ(agreed({"h2", "http/1.1"}, true), "http/1.1");
  EXPECT_EQ(agreed({"http/1.1"}, true), "http/1.1");
  EXPECT_EQ(agreed({"h2"}, true), "h2");
  EXPECT_EQ(agreed({"h2"}, false), "");
  EXPECT_EQ(agreed({"h2", "http/1.1"}, false), "http/1.1");
  EXPECT_EQ(agreed({"spdy/3", "h2c"}, true), "");
  EXPECT_EQ(agreed({}, true), "");
}

TEST(TlsSession, FailsWithAReasonOnWhatIsNoTls) {
  TlsConnection connection = connect(settings());
  const std::string request = "GET / HTTP/1.1\r\n\r\n";
  ASSERT_EQ(::send(connection.clientSocket(), request.data(), request.size(), 0),
            static_cast<ssize_t>(request.size()));
  EXPECT_EQ(connection.server().handshake().status, TlsStatus::kFailed);
  EXPECT_EQ(connection.server().reason(), "http request");
}

TEST(TlsSession, SeesThatTheClientGoesDuringTheHandshake) {
  TlsConnection connection = connect(settings());
  SSL_connect(connection.client());
  connection.server().handshake();
  connection.hangUp();
  const TlsStatus status = connection.server().handshake().status;
  EXPECT_TRUE(status == TlsStatus::kClosed || status == TlsStatus::kFailed);
}

TEST(TlsSession, ReadsAndWrites) {
  TlsConnection connection = connect(settings());
  connection.shakeHands();
  EXPECT_EQ(serverReads(connection), "");
  clientWrites(connection, "question");
  EXPECT_EQ(serverReads(connection), "question");
  const TlsResult written = connection.server().write("answer");
  EXPECT_EQ(written.status, TlsStatus::kDone);
  EXPECT_EQ(written.bytes, 6u);
  EXPECT_EQ(clientReads(connection), "answer");
  EXPECT_EQ(connection.server().write("").status, TlsStatus::kDone);
}

TEST(TlsSession, KeepsWhatWasNotReadYet) {
  TlsConnection connection = connect(settings());
  connection.shakeHands();
  clientWrites(connection, "abc");
  clientWrites(connection, "def");
  char bytes[2];
  std::string got;
  TlsResult result;
  while ((result = connection.server().read(bytes, sizeof bytes)).status == TlsStatus::kDone) {
    got.append(bytes, result.bytes);
  }
  EXPECT_EQ(got, "abcdef");
  EXPECT_EQ(result.status, TlsStatus::kWantRead);
}

TEST(TlsSession, WritesWhatTheSocketTakesAndTheRestFromElsewhere) {
  TlsConnection connection = connect(settings());
  connection.shakeHands();
  std::string text(4 << 20, ' ');
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>('a' + i % 26);

  std::size_t sent = connection.server().write(text).bytes;
  EXPECT_GT(sent, 0u);
  EXPECT_LT(sent, text.size());
  TlsResult result;
  while ((result = connection.server().write(std::string_view(text).substr(sent))).status ==
         TlsStatus::kDone) {
    sent += result.bytes;
  }
  EXPECT_EQ(result.status, TlsStatus::kWantWrite);

  const std::string copy = text;
  std::string received;
  while (sent < copy.size()) {
    for (std::string got; !(got = clientReads(connection)).empty();) received += got;
    result = connection.server().write(std::string_view(copy).substr(sent));
    ASSERT_TRUE(result.status == TlsStatus::kDone || result.status == TlsStatus::kWantWrite)
        << connection.server().reason();
    sent += result.bytes;
  }
  for (std::string got; !(got = clientReads(connection)).empty();) received += got;
  EXPECT_TRUE(received == text);
}

TEST(TlsSession, SeesTheClientsEnd) {
  TlsConnection polite = connect(settings());
  polite.shakeHands();
  SSL_shutdown(polite.client());
  char byte;
  EXPECT_EQ(polite.server().read(&byte, 1).status, TlsStatus::kClosed);

  TlsConnection abrupt = connect(settings());
  abrupt.shakeHands();
  abrupt.hangUp();
  EXPECT_EQ(abrupt.server().read(&byte, 1).status, TlsStatus::kClosed);
}

TEST(TlsSession, FailsToWriteToAClientThatIsGone) {
  TlsConnection connection = connect(settings());
  connection.shakeHands();
  connection.hangUp();
  EXPECT_EQ(connection.server().write("answer").status, TlsStatus::kFailed);
  EXPECT_EQ(connection.server().reason(), "Broken pipe");
  EXPECT_EQ(connection.server().shutdown().status, TlsStatus::kFailed);
}

TEST(TlsSession, TellsTheClientTheEnd) {
  TlsConnection connection = connect(settings());
  connection.shakeHands();
  EXPECT_EQ(connection.server().shutdown().status, TlsStatus::kDone);
  EXPECT_EQ(clientReads(connection), "");
  EXPECT_NE(SSL_get_shutdown(connection.client()) & SSL_RECEIVED_SHUTDOWN, 0);
}

TEST(TlsSession, DoesNotNegotiateAgain) {
  TlsConnection connection = connect(settings(), {.maxVersion = TLS1_2_VERSION});
  connection.shakeHands();
  SSL_renegotiate(connection.client());
  SSL_do_handshake(connection.client());
  serverReads(connection);
  const int returned = SSL_do_handshake(connection.client());
  EXPECT_EQ(SSL_get_error(connection.client(), returned), SSL_ERROR_SSL);
  EXPECT_EQ(ERR_GET_REASON(ERR_peek_error()), SSL_R_NO_RENEGOTIATION);
  ERR_clear_error();
}

TEST(TlsSession, GivesNoTicketsToResumeBy) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsConnection connection = connect(settings(), {.maxVersion = version});
    connection.shakeHands();
    connection.server().write("answer");
    clientReads(connection);  // a ticket would have come before
    const SSL_SESSION* const session = SSL_get0_session(connection.client());
    EXPECT_FALSE(SSL_SESSION_has_ticket(session)) << version;
  }
}

TEST(TlsSession, KeepsTheContextThatItBeganWith) {
  std::shared_ptr<const TlsContext> context = TlsContext::make(settings(), true);
  TlsConnection connection(std::exchange(context, nullptr), {});
  EXPECT_EQ(connection.shakeHands(), TlsStatus::kDone);
}

}  // namespace
}  // namespace orchestrator_exporter::http
