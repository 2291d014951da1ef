#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace orchestrator_exporter::http {

// Where a certificate, a key or a bundle of certificates is, in PEM. A file wins.
struct PemSource {
  std::string file = {};
  std::string text = {};
  std::string place = {};  // where the configuration says it: "web.yml:3: cert_file", for messages

  bool given() const { return !file.empty() || !text.empty(); }
  bool operator==(const PemSource&) const = default;
};

enum class TlsVersion : std::uint8_t { kTls10, kTls11, kTls12, kTls13 };

// What a client has to show, by the names of Go.
enum class ClientAuth : std::uint8_t {
  kNone,
  kRequest,           // is asked for a certificate and may have none; any will do
  kRequireAny,        // must have one; any will do
  kVerifyIfGiven,     // may have none; one that it has must be good
  kRequireAndVerify,  // must have a good one
};

// The part tls_server_config of the configuration, when it turns TLS on.
struct TlsSettings {
  PemSource certificate;  // with the chain behind it
  PemSource key;
  // What the clients' certificates are verified with; the system's roots if there is none.
  PemSource clientCa;
  ClientAuth clientAuth = ClientAuth::kNone;
  // If there are any, a client that is asked for a certificate must have one with one of these
  // names.
  std::vector<std::string> clientAllowedSans;
  TlsVersion minVersion = TlsVersion::kTls12;
  TlsVersion maxVersion = TlsVersion::kTls13;
  std::vector<std::string> cipherSuites;  // of secureCipherSuites(); empty: all of them
  std::vector<std::string> curves;        // of knownCurves(); empty: the library's choice

  bool operator==(const TlsSettings&) const = default;
};

// The suites that Go counts as secure, by their IANA names, in its order of preference. Those of
// TLS 1.3 are in use whatever is configured.
const std::vector<std::string_view>& secureCipherSuites();

// Whether it is one of TLS 1.2 and before, which alone can be chosen.
bool isBeforeTls13(std::string_view cipherSuite);

const std::vector<std::string_view>& knownCurves();

}  // namespace orchestrator_exporter::http
