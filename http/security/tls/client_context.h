#pragma once

#include <memory>

#include "http/client/client_settings.h"

struct ssl_ctx_st;

namespace orchestrator_exporter::http {

// What TLS sessions of a client have in common: whom it trusts, what it shows. Does not change, so
// that sessions of several threads can share it.
class TlsClientContext {
 public:
  // Loads OpenSSL if it is not. Throws std::runtime_error, with the reason, for invalid
  // certificates and keys, and if there is no OpenSSL.
  explicit TlsClientContext(const ClientTls& settings);

  // For TlsSession.
  ssl_ctx_st* get() const { return context_.get(); }

 private:
  void trust(const ClientTls& settings);
  void show(const ClientTls& settings);

  const std::shared_ptr<ssl_ctx_st> context_;
};

}  // namespace orchestrator_exporter::http
