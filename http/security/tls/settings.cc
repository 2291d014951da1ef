#include "http/security/tls/settings.h"

namespace orchestrator_exporter::http {

const std::vector<std::string_view>& secureCipherSuites() {
  static const std::vector<std::string_view> suites = {
      "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
      "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
      "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
      "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
      "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
      "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
      "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
      "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
      "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
      "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
      "TLS_AES_128_GCM_SHA256",
      "TLS_AES_256_GCM_SHA384",
      "TLS_CHACHA20_POLY1305_SHA256",
  };
  return suites;
}

bool isBeforeTls13(std::string_view cipherSuite) { return cipherSuite.starts_with("TLS_ECDHE_"); }

const std::vector<std::string_view>& knownCurves() {
  static const std::vector<std::string_view> curves = {"CurveP256", "CurveP384", "CurveP521",
                                                       "X25519"};
  return curves;
}

}  // namespace orchestrator_exporter::http
