#pragma once

#include <optional>
#include <string>

struct ssl_st;

namespace orchestrator_exporter::http {

// What a client learnt of a server by a TLS handshake. Times are Unix seconds.
struct TlsFacts {
  std::string version;  // as "TLS 1.3"
  std::string cipher;   // by its IANA name
  // When the first certificate that the server showed expires.
  double earliestExpiry = 0;
  // The same of the chain that was verified, its root included; nullopt if none was.
  std::optional<double> chainExpiry;
  // The server's own certificate.
  std::string fingerprint;  // SHA-256 of its DER, in small hexadecimal digits
  std::string subject;      // as RFC 4514 writes names
  std::string issuer;
  std::string alternatives;  // its DNS names, joined by commas
  std::string serial;        // in small hexadecimal digits
};

// Of a session whose handshake is done; nullopt if the server showed no certificate. `verified`
// says whether the certificate had to be valid.
std::optional<TlsFacts> tlsFactsOf(const ssl_st& session, bool verified);

}  // namespace orchestrator_exporter::http
