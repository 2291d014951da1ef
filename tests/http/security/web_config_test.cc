#include "http/security/web_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "metrics/base/errors.h"
#include "tests/support/collectors.h"

namespace orchestrator_exporter::http {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

constexpr char kHash[] = "$2y$10$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW";

// A certificate and a key, with which TLS is on, and lines of the same section behind them.
std::string tls(const std::string& lines = "") {
  return "tls_server_config:\n  cert_file: server.pem\n  key_file: server.key\n" + lines;
}

std::string headers(const std::string& lines) {
  return "http_server_config:\n  headers:\n" + lines;
}

WebConfig read(const std::string& text) {
  TempSystem folder;
  folder.file("web.yml", text);
  return readWebConfig(folder.path("web.yml"));
}

TlsSettings readTls(const std::string& text) { return read(text).tls.value(); }

// What is wrong with a file, without the folder; "nothing" if it can be read.
std::string fault(const std::string& text) {
  TempSystem folder;
  folder.file("web.yml", text);
  try {
    readWebConfig(folder.path("web.yml"));
  } catch (const ParseError& error) {
    const std::string line = error.what();
    return line.substr(folder.path("").size());
  }
  return "nothing";
}

TEST(WebConfig, MayBeEmpty) {
  for (const char* text :
       {"", "# a comment\n", "~\n", "{}\n", "---\n",
        "tls_server_config:\nhttp_server_config:\nbasic_auth_users:\nrate_limit:\n"}) {
    const WebConfig config = read(text);
    EXPECT_EQ(config.tls, std::nullopt) << text;
    EXPECT_TRUE(config.http2) << text;
    EXPECT_THAT(config.headers, IsEmpty()) << text;
    EXPECT_THAT(config.users, IsEmpty()) << text;
    EXPECT_EQ(config.rateLimit, RateLimit{}) << text;
  }
}

TEST(WebConfig, TellsWhyAFileCannotBeRead) {
  TempSystem folder;
  const auto faultOf = [](const std::string& path) {
    try {
      readWebConfig(path);
    } catch (const ParseError& error) {
      return std::string(error.what());
    }
    return std::string("nothing");
  };
  const std::string missing = folder.path("missing.yml");
  EXPECT_EQ(faultOf(missing), missing + ": cannot be read: No such file or directory");
  const std::string directory = folder.path("proc");
  EXPECT_EQ(faultOf(directory), directory + ": cannot be read: Is a directory");
  folder.file("large.yml", std::string((4 << 20) + 1, '#'));
  const std::string large = folder.path("large.yml");
  EXPECT_EQ(faultOf(large), large + ": cannot be read: larger than 4 MiB");
}

TEST(WebConfig, ReadsTheCertificateAndItsKey) {
  TempSystem folder;
  folder.file("web.yml", tls());
  const TlsSettings settings = readWebConfig(folder.path("web.yml")).tls.value();
  EXPECT_EQ(settings.certificate.file, folder.path("server.pem"));
  EXPECT_EQ(settings.certificate.place, folder.path("web.yml") + ":2: cert_file");
  EXPECT_EQ(settings.key.file, folder.path("server.key"));
  EXPECT_EQ(settings.key.place, folder.path("web.yml") + ":3: key_file");
  EXPECT_EQ(settings.clientAuth, ClientAuth::kNone);
  EXPECT_FALSE(settings.clientCa.given());
  EXPECT_EQ(settings.minVersion, TlsVersion::kTls12);
  EXPECT_EQ(settings.maxVersion, TlsVersion::kTls13);
  EXPECT_THAT(settings.cipherSuites, IsEmpty());
  EXPECT_THAT(settings.curves, IsEmpty());
  EXPECT_THAT(settings.clientAllowedSans, IsEmpty());
}

TEST(WebConfig, LeavesAbsoluteFileNamesAsTheyAre) {
  const TlsSettings settings =
      readTls("tls_server_config:\n  cert_file: /etc/server.pem\n  key_file: /etc/server.key\n");
  EXPECT_EQ(settings.certificate.file, "/etc/server.pem");
  EXPECT_EQ(settings.key.file, "/etc/server.key");
}

TEST(WebConfig, ReadsWhatIsInline) {
  const TlsSettings settings = readTls(
      "tls_server_config:\n  cert: |\n    one\n    two\n  key: three\n"
      "  client_ca: four\n  client_auth_type: RequestClientCert\n");
  EXPECT_EQ(settings.certificate.text, "one\ntwo\n");
  EXPECT_EQ(settings.certificate.file, "");
  EXPECT_EQ(settings.key.text, "three");
  EXPECT_EQ(settings.clientCa.text, "four");
  EXPECT_THAT(settings.clientCa.place, testing::EndsWith("web.yml:6: client_ca"));
}

TEST(WebConfig, PrefersAFileToWhatIsInline) {
  for (const std::string& text :
       {tls("  cert: inline\n"),
        std::string("tls_server_config:\n  cert: inline\n  cert_file: server.pem\n  key: k\n")}) {
    const PemSource certificate = readTls(text).certificate;
    EXPECT_THAT(certificate.file, testing::EndsWith("/server.pem"));
    EXPECT_THAT(certificate.place, testing::EndsWith(": cert_file"));
  }
}

TEST(WebConfig, KnowsEveryKindOfClientAuthentication) {
  const auto read = [](const std::string& type) {
    return readTls(tls("  client_auth_type: " + type + "\n")).clientAuth;
  };
  EXPECT_EQ(read("NoClientCert"), ClientAuth::kNone);
  EXPECT_EQ(read("RequestClientCert"), ClientAuth::kRequest);
  EXPECT_EQ(read("RequireAnyClientCert"), ClientAuth::kRequireAny);
  EXPECT_EQ(read("RequireClientCert"), ClientAuth::kRequireAny);
  EXPECT_EQ(read("VerifyClientCertIfGiven"), ClientAuth::kVerifyIfGiven);
  EXPECT_EQ(read("RequireAndVerifyClientCert"), ClientAuth::kRequireAndVerify);
  EXPECT_EQ(read("''"), ClientAuth::kNone);
  EXPECT_EQ(read("~"), ClientAuth::kNone);
}

TEST(WebConfig, ReadsEveryOtherKeyOfTls) {
  const TlsSettings settings =
      readTls(tls("  client_ca_file: ca.pem\n  client_auth_type: RequireAndVerifyClientCert\n"
                  "  client_allowed_sans: [prometheus.example, 10.0.0.1]\n"
                  "  min_version: TLS10\n  max_version: TLS11\n"
                  "  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA, TLS_AES_128_GCM_SHA256]\n"
                  "  curve_preferences:\n    - X25519\n    - CurveP384\n"
                  "  prefer_server_cipher_suites: false\n"));
  EXPECT_THAT(settings.clientCa.file, testing::EndsWith("/ca.pem"));
  EXPECT_THAT(settings.clientAllowedSans, ElementsAre("prometheus.example", "10.0.0.1"));
  EXPECT_EQ(settings.minVersion, TlsVersion::kTls10);
  EXPECT_EQ(settings.maxVersion, TlsVersion::kTls11);
  EXPECT_THAT(settings.cipherSuites,
              ElementsAre("TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", "TLS_AES_128_GCM_SHA256"));
  EXPECT_THAT(settings.curves, ElementsAre("X25519", "CurveP384"));
}

TEST(WebConfig, TurnsTlsOnByCertificateKeyCaOrClientAuthentication) {
  const std::string needsKey = "web.yml:1: tls_server_config: TLS needs key_file or key";
  const std::string needsCertificate = "web.yml:1: tls_server_config: TLS needs cert_file or cert";
  EXPECT_EQ(fault("tls_server_config:\n  cert_file: a\n"), needsKey);
  EXPECT_EQ(fault("tls_server_config:\n  cert: a\n"), needsKey);
  EXPECT_EQ(fault("tls_server_config:\n  key_file: a\n"), needsCertificate);
  EXPECT_EQ(fault("tls_server_config:\n  key: a\n"), needsCertificate);
  EXPECT_EQ(fault("tls_server_config:\n  client_ca_file: a\n"), needsCertificate);
  EXPECT_EQ(fault("tls_server_config:\n  client_ca: a\n"), needsCertificate);
  EXPECT_EQ(fault("tls_server_config:\n  client_auth_type: NoClientCert\n"), needsCertificate);
}

TEST(WebConfig, LeavesTlsOffWithOtherKeysAlone) {
  for (const char* lines :
       {"min_version: TLS13", "max_version: TLS12", "client_allowed_sans: [a]",
        "cipher_suites: [TLS_AES_128_GCM_SHA256]", "curve_preferences: [X25519]",
        "prefer_server_cipher_suites: true", "cert_file: ''", "client_auth_type: ''"}) {
    EXPECT_EQ(read(std::string("tls_server_config:\n  ") + lines + "\n").tls, std::nullopt)
        << lines;
  }
}

TEST(WebConfig, RefusesSettingsOfTlsThatMakeNoSense) {
  EXPECT_EQ(fault(tls("  client_ca_file: ca.pem\n")),
            "web.yml:4: client_ca_file: needs a client_auth_type that asks for certificates");
  EXPECT_EQ(fault(tls("  client_auth_type: NoClientCert\n  client_ca: a\n")),
            "web.yml:5: client_ca: needs a client_auth_type that asks for certificates");
  EXPECT_EQ(fault(tls("  client_auth_type: Any\n")),
            "web.yml:4: client_auth_type: expected NoClientCert, RequestClientCert, "
            "RequireAnyClientCert, VerifyClientCertIfGiven, RequireAndVerifyClientCert or "
            "RequireClientCert, got 'Any'");
  EXPECT_EQ(fault(tls("  min_version: SSL3\n")),
            "web.yml:4: min_version: expected TLS10, TLS11, TLS12 or TLS13, got 'SSL3'");
  EXPECT_EQ(fault(tls("  max_version: tls13\n")),
            "web.yml:4: max_version: expected TLS10, TLS11, TLS12 or TLS13, got 'tls13'");
  EXPECT_EQ(fault(tls("  min_version: TLS13\n  max_version: TLS12\n")),
            "web.yml:1: tls_server_config: min_version is above max_version");
  EXPECT_EQ(fault(tls("  max_version: TLS12\n  cipher_suites: [TLS_AES_128_GCM_SHA256]\n")),
            "web.yml:1: tls_server_config: cipher_suites has none for max_version and below");
  EXPECT_EQ(fault(tls("  curve_preferences: [X25519,\n    P256]\n")),
            "web.yml:5: curve_preferences: expected CurveP256, CurveP384, CurveP521 or X25519, "
            "got 'P256'");
  EXPECT_EQ(fault(tls("  prefer_server_cipher_suites: maybe\n")),
            "web.yml:4: prefer_server_cipher_suites: expected true or false, got 'maybe'");
}

TEST(WebConfig, RefusesSuitesThatGoCountsAsInsecure) {
  for (const char* suite :
       {"TLS_RSA_WITH_AES_128_GCM_SHA256", "TLS_RSA_WITH_AES_256_CBC_SHA",
        "TLS_ECDHE_RSA_WITH_RC4_128_SHA", "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA",
        "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", "tls_aes_128_gcm_sha256", "NOPE"}) {
    EXPECT_EQ(fault(tls("  cipher_suites: [" + std::string(suite) + "]\n")),
              "web.yml:4: cipher_suites: expected a secure suite such as "
              "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, got '" +
                  std::string(suite) + "'");
  }
}

TEST(WebConfig, ReadsHttp2InEverySpellingOfYaml) {
  for (const char* yes :
       {"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", "y", "Y", "~"}) {
    EXPECT_TRUE(read(std::string("http_server_config:\n  http2: ") + yes + "\n").http2) << yes;
  }
  for (const char* no :
       {"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", "n", "N"}) {
    EXPECT_FALSE(read(std::string("http_server_config:\n  http2: ") + no + "\n").http2) << no;
  }
  EXPECT_EQ(fault("http_server_config:\n  http2: 0\n"),
            "web.yml:2: http2: expected true or false, got '0'");
  EXPECT_EQ(fault("http_server_config:\n  http2: 'true'\n"),
            "web.yml:2: http2: expected true or false, got 'true'");
}

TEST(WebConfig, ReadsTheHeadersThatCanBeSet) {
  EXPECT_THAT(
      read(headers("    X-XSS-Protection: 1\n"
                   "    Strict-Transport-Security: max-age=31536000\n"
                   "    X-Content-Type-Options: nosniff\n"
                   "    X-Frame-Options: sameorigin\n"
                   "    Content-Security-Policy: default-src 'none'\n"))
          .headers,
      ElementsAre(Pair("X-XSS-Protection", "1"),
                  Pair("Strict-Transport-Security", "max-age=31536000"),
                  Pair("X-Content-Type-Options", "nosniff"), Pair("X-Frame-Options", "sameorigin"),
                  Pair("Content-Security-Policy", "default-src 'none'")));
  EXPECT_THAT(read(headers("    X-Frame-Options: deny\n")).headers,
              ElementsAre(Pair("X-Frame-Options", "deny")));
}

TEST(WebConfig, WritesAHeaderOfSeveralLinesInOne) {
  EXPECT_THAT(read(headers("    Content-Security-Policy: |\n      a;\n      b\n")).headers,
              ElementsAre(Pair("Content-Security-Policy", "a; b")));
}

TEST(WebConfig, RefusesOtherHeadersAndValues) {
  const std::string known =
      "', expected Strict-Transport-Security, X-Content-Type-Options, X-Frame-Options, "
      "X-XSS-Protection or Content-Security-Policy";
  EXPECT_EQ(fault(headers("    Server: x\n")), "web.yml:3: unknown key 'Server" + known);
  EXPECT_EQ(fault(headers("    x-frame-options: deny\n")),
            "web.yml:3: unknown key 'x-frame-options" + known);
  EXPECT_EQ(fault(headers("    X-Frame-Options: DENY\n")),
            "web.yml:3: X-Frame-Options: expected deny or sameorigin, got 'DENY'");
  EXPECT_EQ(fault(headers("    X-Frame-Options:\n")),
            "web.yml:3: X-Frame-Options: expected deny or sameorigin, got ''");
  EXPECT_EQ(fault(headers("    X-Content-Type-Options: sniff\n")),
            "web.yml:3: X-Content-Type-Options: expected nosniff, got 'sniff'");
  EXPECT_EQ(fault(headers("    X-XSS-Protection: [1]\n")),
            "web.yml:3: X-XSS-Protection: expected a text, got a list");
  EXPECT_EQ(fault(headers("    X-XSS-Protection: \"a\\x01\"\n")),
            "web.yml:3: X-XSS-Protection: has a control character");
}

TEST(WebConfig, ReadsUsersWithTheirHashes) {
  const std::string hash = kHash;
  EXPECT_THAT(
      read("basic_auth_users:\n  alice: " + hash + "\n  '': " + hash + "\n  1: '" + hash +
           "'\n  j\u00fcrgen: " + hash + "\n")
          .users,
      ElementsAre(Pair("", hash), Pair("1", hash), Pair("alice", hash), Pair("j\u00fcrgen", hash)));
}

TEST(WebConfig, RefusesWhatIsNoBcryptHashWithoutTellingIt) {
  EXPECT_EQ(fault("basic_auth_users:\n  alice: opensesame\n"),
            "web.yml:2: alice: not a bcrypt hash: it does not begin with $2a$, $2b$ or $2y$");
  EXPECT_EQ(fault("basic_auth_users:\n  alice: " + std::string(kHash).substr(0, 50) + "\n"),
            "web.yml:2: alice: not a bcrypt hash: it has 50 characters, not 60");
  EXPECT_EQ(fault("basic_auth_users:\n  alice:\n"),
            "web.yml:2: alice: not a bcrypt hash: it does not begin with $2a$, $2b$ or $2y$");
  EXPECT_EQ(fault("basic_auth_users: opensesame\n"),
            "web.yml:1: basic_auth_users: expected keys and values, got a text");
}

TEST(WebConfig, ReadsTheRateLimit) {
  const auto limit = [](const std::string& interval, const std::string& burst) {
    return read("rate_limit:\n  interval: " + interval + "\n  burst: " + burst + "\n").rateLimit;
  };
  EXPECT_EQ(limit("1m30s", "5"), (RateLimit{90s, 5}));
  EXPECT_EQ(limit("0.25s", "0"), (RateLimit{250ms, 0}));
  EXPECT_EQ(limit("0", "~"), RateLimit{});
  EXPECT_EQ(limit("~", "1"), (RateLimit{0s, 1}));
  // A bare number is one of nanoseconds, a quoted one is none.
  EXPECT_EQ(limit("1000000", "1"), (RateLimit{1ms, 1}));
  EXPECT_EQ(read("rate_limit:\n  interval: 1s\n").rateLimit, (RateLimit{1s, 0}));
}

TEST(WebConfig, RefusesRateLimitsThatMakeNoSense) {
  for (const char* interval : {"1d", "-1s", "1.5", "'5'", "x", "''", "9999999h", "-1"}) {
    EXPECT_THAT(
        fault(std::string("rate_limit:\n  interval: ") + interval + "\n"),
        testing::StartsWith("web.yml:2: interval: expected a duration such as 1s or 250ms, got '"))
        << interval;
  }
  for (const char* burst : {"-1", "1.5", "'5'", "x", "010", "0x10", "9223372036854775808"}) {
    EXPECT_THAT(fault(std::string("rate_limit:\n  burst: ") + burst + "\n"),
                testing::StartsWith("web.yml:2: burst: expected a whole number, got '"))
        << burst;
  }
}

TEST(WebConfig, RefusesUnknownKeysEverywhere) {
  EXPECT_EQ(fault("tls_server_conf: {}\n"),
            "web.yml:1: unknown key 'tls_server_conf', expected tls_server_config, "
            "http_server_config, basic_auth_users or rate_limit");
  EXPECT_THAT(fault(tls("  cert_fil: a\n")),
              testing::StartsWith("web.yml:4: unknown key 'cert_fil', expected cert_file, cert, "));
  EXPECT_EQ(fault("\nhttp_server_config:\n  http3: true\n"),
            "web.yml:3: unknown key 'http3', expected http2 or headers");
  EXPECT_EQ(fault("rate_limit:\n  rate: 1\n"),
            "web.yml:2: unknown key 'rate', expected interval or burst");
}

TEST(WebConfig, RefusesDuplicateKeysEverywhere) {
  const std::string hash = kHash;
  EXPECT_EQ(fault("rate_limit: {}\nrate_limit: {}\n"), "web.yml:2: rate_limit: duplicate key");
  EXPECT_EQ(fault(tls("  key_file: a\n")), "web.yml:4: key_file: duplicate key");
  EXPECT_EQ(fault("http_server_config:\n  http2: true\n  http2: true\n"),
            "web.yml:3: http2: duplicate key");
  EXPECT_EQ(fault(headers("    X-XSS-Protection: a\n    X-XSS-Protection: a\n")),
            "web.yml:4: X-XSS-Protection: duplicate key");
  EXPECT_EQ(fault("basic_auth_users:\n  a: " + hash + "\n  'a': " + hash + "\n"),
            "web.yml:3: a: duplicate key");
  EXPECT_EQ(fault("rate_limit:\n  burst: 1\n  burst: 1\n"), "web.yml:3: burst: duplicate key");
}

TEST(WebConfig, RefusesValuesOfAnotherKind) {
  EXPECT_EQ(fault("hello\n"), "web.yml:1: expected keys and values, got a text");
  EXPECT_EQ(fault("- a\n"), "web.yml:1: expected keys and values, got a list");
  EXPECT_EQ(fault("? [a]\n: b\n"), "web.yml:1: expected a text as key");
  EXPECT_EQ(fault("tls_server_config: []\n"),
            "web.yml:1: tls_server_config: expected keys and values, got a list");
  EXPECT_EQ(fault("tls_server_config:\n  cert_file: [a]\n"),
            "web.yml:2: cert_file: expected a text, got a list");
  EXPECT_EQ(fault("tls_server_config:\n  key: {a: b}\n"),
            "web.yml:2: key: expected a text, got a map");
  EXPECT_EQ(fault("tls_server_config:\n  client_allowed_sans: a\n"),
            "web.yml:2: client_allowed_sans: expected a list, as in [a, b], got a text");
  EXPECT_EQ(fault("tls_server_config:\n  cipher_suites: a\n"),
            "web.yml:2: cipher_suites: expected a list, as in [a, b], got a text");
  EXPECT_EQ(fault("http_server_config:\n  headers: []\n"),
            "web.yml:2: headers: expected keys and values, got a list");
}

TEST(WebConfig, TellsWhereAFileIsNoYaml) {
  EXPECT_THAT(fault("rate_limit:\n  burst: [\n"), testing::StartsWith("web.yml:3: "));
  EXPECT_THAT(fault("rate_limit:\n\tburst: 1\n"), testing::StartsWith("web.yml:2: "));
  EXPECT_THAT(fault("\nrate_limit: *missing\n"), testing::StartsWith("web.yml:2: "));
}

TEST(WebConfig, RefusesTextThatIsNotUtf8) {
  EXPECT_EQ(fault("# fine\nbasic_auth_users:\n  j\xfcrgen: x\n"), "web.yml:3: not valid UTF-8");
  EXPECT_EQ(fault(std::string("# NUL \0\n", 8)), "web.yml:1: not valid UTF-8");
}

}  // namespace
}  // namespace orchestrator_exporter::http
