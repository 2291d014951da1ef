#include "http/security/tls/openssl.h"

#include <stdexcept>

#include "metrics/base/process/shared_library.h"

namespace orchestrator_exporter::http {
namespace {

OpenSsl load() {
  // Finds the functions of libcrypto too, which libssl needs.
  const SharedLibrary library("OpenSSL 3", "libssl.so.3");
  OpenSsl functions{};
#define ORCHESTRATOR_EXPORTER_FIND(function) library.find(#function, functions.function)
  ORCHESTRATOR_EXPORTER_OPENSSL(ORCHESTRATOR_EXPORTER_FIND);
#undef ORCHESTRATOR_EXPORTER_FIND
  // The library stays as it is until the very end of the process, when threads may still use it.
  if (functions.OPENSSL_init_ssl(OPENSSL_INIT_NO_ATEXIT, nullptr) != 1) {
    throw std::runtime_error("OpenSSL 3: cannot be loaded");
  }
  return functions;
}

}  // namespace

const OpenSsl& openSsl() {
  static const OpenSsl functions = load();
  return functions;
}

std::string openSslReason() {
  const char* const reason = openSsl().ERR_reason_error_string(openSsl().ERR_peek_error());
  return reason != nullptr ? reason : "unknown error";
}

}  // namespace orchestrator_exporter::http
