#include "http/security/tls/openssl.h"

#include <dlfcn.h>

#include <stdexcept>

namespace orchestrator_exporter::http {
namespace {

[[noreturn]] void refuse() {
  const char* const error = ::dlerror();
  throw std::runtime_error(std::string("OpenSSL 3: ") +
                           (error != nullptr ? error : "cannot be loaded"));
}

template <typename Function>
void find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(library, name));
  if (function == nullptr) refuse();
}

OpenSsl load() {
  // Finds the functions of libcrypto too, which libssl needs.
  void* const library = ::dlopen("libssl.so.3", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) refuse();
  OpenSsl functions{};
#define ORCHESTRATOR_EXPORTER_FIND(function) find(library, #function, functions.function)
  ORCHESTRATOR_EXPORTER_OPENSSL(ORCHESTRATOR_EXPORTER_FIND);
#undef ORCHESTRATOR_EXPORTER_FIND
  // The library stays as it is until the very end of the process, when threads may still use it.
  if (functions.OPENSSL_init_ssl(OPENSSL_INIT_NO_ATEXIT, nullptr) != 1) refuse();
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
