#include "http/security/tls/context.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "metrics/base/errors.h"
#include "tests/http/security/tls/certificates.h"
#include "tests/support/collectors.h"

namespace orchestrator_exporter::http {
namespace {

using testing::StartsWith;

const test::Authority& authority() {
  static const test::Authority authority("authority");
  return authority;
}
const test::Issued& issued() {
  static const test::Issued issued = authority().issue("server");
  return issued;
}

TlsSettings inlineSettings() {
  TlsSettings settings;
  settings.certificate = {.text = issued().certificate, .place = "web.yml:2: cert"};
  settings.key = {.text = issued().key, .place = "web.yml:3: key"};
  settings.clientCa.place = "web.yml:4: client_ca";
  return settings;
}

std::string fault(const TlsSettings& settings) {
  try {
    TlsContext::make(settings, true);
  } catch (const ParseError& error) {
    return error.what();
  }
  return "nothing";
}

// The fault with this text as certificate, key or client CA.
std::string faultWith(PemSource TlsSettings::*source, const std::string& text) {
  TlsSettings settings = inlineSettings();
  settings.clientAuth = ClientAuth::kRequireAndVerify;
  (settings.*source).text = text;
  return fault(settings);
}

TEST(TlsContext, IsMadeOfInlineTextAndOfFiles) {
  EXPECT_EQ(fault(inlineSettings()), "nothing");

  TempSystem folder;
  folder.file("server.pem", issued().certificate).file("server.key", issued().key);
  TlsSettings settings = inlineSettings();
  settings.certificate.file = folder.path("server.pem");
  settings.certificate.text = "a file wins";
  settings.key.file = folder.path("server.key");
  settings.key.text = "a file wins";
  EXPECT_EQ(fault(settings), "nothing");
}

TEST(TlsContext, TakesCertificateAndKeyOutOfOneText) {
  TlsSettings settings = inlineSettings();
  settings.certificate.text = "a comment\n" + issued().key + issued().certificate;
  settings.key.text = settings.certificate.text;
  EXPECT_EQ(fault(settings), "nothing");
}

TEST(TlsContext, NamesAFileThatCannotBeRead) {
  TempSystem folder;
  TlsSettings settings = inlineSettings();
  settings.certificate.file = folder.path("missing.pem");
  EXPECT_EQ(fault(settings),
            "web.yml:2: cert: " + folder.path("missing.pem") + ": No such file or directory");
  settings = inlineSettings();
  settings.key.file = folder.path("proc");
  EXPECT_EQ(fault(settings), "web.yml:3: key: " + folder.path("proc") + ": Is a directory");
}

TEST(TlsContext, RefusesWhatIsNoCertificate) {
  constexpr auto kCertificate = &TlsSettings::certificate;
  EXPECT_EQ(faultWith(kCertificate, "garbage"), "web.yml:2: cert: has no certificate in PEM");
  EXPECT_EQ(faultWith(kCertificate, issued().key), "web.yml:2: cert: has no certificate in PEM");
  std::string broken = issued().certificate;
  broken.replace(100, 4, "####");
  EXPECT_THAT(faultWith(kCertificate, broken), StartsWith("web.yml:2: cert: a bad certificate: "));
  // Also behind a good one.
  EXPECT_THAT(faultWith(kCertificate, issued().certificate + broken),
              StartsWith("web.yml:2: cert: a bad certificate: "));
}

TEST(TlsContext, RefusesWhatIsNoKeyOrThatOfAnother) {
  constexpr auto kKey = &TlsSettings::key;
  EXPECT_EQ(faultWith(kKey, "garbage"), "web.yml:3: key: has no private key in PEM");
  EXPECT_EQ(faultWith(kKey, issued().certificate), "web.yml:3: key: has no private key in PEM");
  EXPECT_EQ(faultWith(kKey, authority().issue("other").key),
            "web.yml:3: key: is not the key of the certificate");
  EXPECT_EQ(faultWith(kKey, test::encrypted(issued().key)),
            "web.yml:3: key: the key is encrypted, which is not supported");
}

TEST(TlsContext, RefusesAClientCaWithoutACertificate) {
  EXPECT_EQ(faultWith(&TlsSettings::clientCa, "garbage"),
            "web.yml:4: client_ca: has no certificate in PEM");
  EXPECT_EQ(faultWith(&TlsSettings::clientCa, authority().certificate()), "nothing");
}

TEST(TlsContext, KnowsEverySuiteAndCurveThatCanBeConfigured) {
  for (const std::string_view suite : secureCipherSuites()) {
    TlsSettings settings = inlineSettings();
    settings.cipherSuites = {std::string(suite)};
    EXPECT_EQ(fault(settings), "nothing") << suite;
  }
  for (const std::string_view curve : knownCurves()) {
    TlsSettings settings = inlineSettings();
    settings.curves = {std::string(curve)};
    EXPECT_EQ(fault(settings), "nothing") << curve;
  }
}

}  // namespace
}  // namespace orchestrator_exporter::http
