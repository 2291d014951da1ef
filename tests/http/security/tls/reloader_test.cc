#include "http/security/tls/reloader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "metrics/base/errors.h"
#include "tests/http/security/tls/certificates.h"
#include "tests/http/security/tls/connection.h"
#include "tests/support/collectors.h"

namespace orchestrator_exporter::http {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class TlsReloaderTest : public testing::Test {
 protected:
  TlsReloaderTest() {
    settings_.certificate = {.file = folder_.path("server.pem"), .place = "web.yml:2: cert_file"};
    settings_.key = {.file = folder_.path("server.key"), .place = "web.yml:3: key_file"};
    present("first");
  }

  // Puts a new file in the place of an old one.
  void write(const std::string& name, const std::string& text) {
    folder_.file("next", text);
    std::filesystem::rename(folder_.path("next"), folder_.path(name));
  }
  void present(const std::string& name) {
    const test::Issued issued = authority_.issue(name);
    write("server.pem", issued.certificate);
    write("server.key", issued.key);
  }
  TlsReloader make() {
    return {settings_, true, [this](std::string_view line) { log_.emplace_back(line); }};
  }
  // The name of the certificate that the next client sees; empty if none can come in.
  std::string nextName(TlsReloader& reloader) {
    const auto context = reloader.contextFor(settings_);
    if (!context) return "";
    test::TlsConnection connection(context, {});
    return connection.shakeHands() == TlsStatus::kDone ? connection.serverName() : "failed";
  }

  TempSystem folder_;
  test::Authority authority_{"authority"};
  TlsSettings settings_;
  std::vector<std::string> log_;
};

TEST_F(TlsReloaderTest, MustHaveAGoodCertificateAtTheStart) {
  write("server.pem", "garbage");
  EXPECT_THROW(make(), ParseError);
}

TEST_F(TlsReloaderTest, KeepsTheContextUntilSomethingChanges) {
  TlsReloader reloader = make();
  EXPECT_EQ(nextName(reloader), "first");
  EXPECT_EQ(reloader.contextFor(settings_), reloader.contextFor(settings_));
}

TEST_F(TlsReloaderTest, ShowsANewCertificateInTheNextHandshake) {
  TlsReloader reloader = make();
  const auto before = reloader.contextFor(settings_);
  present("second");
  EXPECT_EQ(nextName(reloader), "second");
  // A handshake that had begun goes on with the old one.
  test::TlsConnection old(before, {});
  EXPECT_EQ(old.shakeHands(), TlsStatus::kDone);
  EXPECT_EQ(old.serverName(), "first");
  EXPECT_THAT(log_, IsEmpty());
}

TEST_F(TlsReloaderTest, FailsHandshakesWhileTheFilesAreBadAndSaysSoOnce) {
  TlsReloader reloader = make();
  write("server.pem", "garbage");
  EXPECT_EQ(nextName(reloader), "");
  EXPECT_EQ(nextName(reloader), "");
  EXPECT_THAT(log_, ElementsAre("TLS: no handshake is possible: web.yml:2: cert_file: " +
                                folder_.path("server.pem") + ": has no certificate in PEM"));
  log_.clear();
  present("second");
  EXPECT_EQ(nextName(reloader), "second");
  EXPECT_THAT(log_, ElementsAre("TLS: handshakes are possible again"));
}

TEST_F(TlsReloaderTest, SeesThatAKeyIsMissingAndBackAgain) {
  TlsReloader reloader = make();
  std::filesystem::rename(folder_.path("server.key"), folder_.path("away"));
  EXPECT_EQ(nextName(reloader), "");
  std::filesystem::rename(folder_.path("away"), folder_.path("server.key"));
  EXPECT_EQ(nextName(reloader), "first");
}

TEST_F(TlsReloaderTest, ReadsAChangedClientCa) {
  settings_.clientAuth = ClientAuth::kRequireAndVerify;
  settings_.clientCa = {.file = folder_.path("ca.pem"), .place = "web.yml:4: client_ca_file"};
  write("ca.pem", authority_.certificate());
  TlsReloader reloader = make();
  const test::Authority other("other");
  const auto comesIn = [&](const test::Issued& client) {
    test::TlsConnection connection(reloader.contextFor(settings_), {.certificate = client});
    return connection.shakeHands() == TlsStatus::kDone;
  };
  EXPECT_TRUE(comesIn(authority_.issue("client")));
  EXPECT_FALSE(comesIn(other.issue("client")));
  write("ca.pem", other.certificate());
  EXPECT_FALSE(comesIn(authority_.issue("client")));
  EXPECT_TRUE(comesIn(other.issue("client")));
}

TEST_F(TlsReloaderTest, FollowsChangedSettings) {
  TlsReloader reloader = make();
  settings_.minVersion = TlsVersion::kTls13;
  test::TlsConnection connection(reloader.contextFor(settings_), {.maxVersion = TLS1_2_VERSION});
  EXPECT_EQ(connection.shakeHands(), TlsStatus::kFailed);
}

TEST_F(TlsReloaderTest, FailsHandshakesIfTheConfigurationTurnsTlsOff) {
  TlsReloader reloader = make();
  EXPECT_EQ(reloader.contextFor(std::nullopt), nullptr);
  EXPECT_EQ(reloader.contextFor(std::nullopt), nullptr);
  EXPECT_THAT(log_, ElementsAre("TLS: no handshake is possible: the configuration turns TLS off, "
                                "which needs a restart"));
  EXPECT_EQ(nextName(reloader), "first");
}

}  // namespace
}  // namespace orchestrator_exporter::http
