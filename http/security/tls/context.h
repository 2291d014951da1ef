#pragma once

#include <memory>
#include <string>
#include <vector>

#include "http/security/tls/settings.h"

struct ssl_ctx_st;
struct x509_store_ctx_st;

namespace orchestrator_exporter::http {

// What the TLS sessions of a server have in common: certificate, versions, suites and what clients
// must show. Does not change, so that sessions of several threads can share it.
class TlsContext {
 public:
  // Loads OpenSSL if it is not, and reads certificate, key and client CA. Throws ParseError,
  // beginning with the place in the configuration, for those that cannot be used;
  // std::runtime_error if there is no OpenSSL. With `http2` a client that knows no http/1.1 may
  // agree on h2.
  static std::shared_ptr<const TlsContext> make(const TlsSettings& settings, bool http2);

  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  // For TlsSession.
  ssl_ctx_st* get() const { return context_.get(); }

 private:
  TlsContext(const TlsSettings& settings, bool http2);

  void allowVersionsAndSuites(const TlsSettings& settings);
  void loadCertificate(const TlsSettings& settings);
  void verifyClients(const TlsSettings& settings);
  void agreeOnProtocols();
  bool accepts(x509_store_ctx_st* chain) const;

  const bool http2_;
  const std::vector<std::string> allowedSans_;
  bool verifies_ = false;
  const std::shared_ptr<ssl_ctx_st> context_;
};

}  // namespace orchestrator_exporter::http
