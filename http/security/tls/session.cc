#include "http/security/tls/session.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "http/security/tls/openssl.h"

namespace orchestrator_exporter::http {
namespace {

int sizeFor(std::size_t size) {
  return static_cast<int>(std::min<std::size_t>(size, std::numeric_limits<int>::max()));
}

// What a call leaves behind for SSL_get_error() must be its own.
void forgetErrors() {
  openSsl().ERR_clear_error();
  errno = 0;
}

SSL* sessionOf(SSL_CTX* context, int socket) {
  SSL* const session = openSsl().SSL_new(context);
  if (session != nullptr && openSsl().SSL_set_fd(session, socket) == 1) return session;
  const std::string reason = openSslReason();
  if (session != nullptr) openSsl().SSL_free(session);
  throw std::runtime_error("OpenSSL 3: " + reason);
}

bool isAddress(const std::string& name) {
  in6_addr any{};
  return inet_pton(AF_INET, name.c_str(), &any) == 1 ||
         inet_pton(AF_INET6, name.c_str(), &any) == 1;
}

}  // namespace

TlsSession::TlsSession(std::shared_ptr<const TlsContext> context, int socket)
    : isClient_(false),
      context_(context),
      session_(sessionOf(context->get(), socket), OpenSslDelete{}) {}

TlsSession::TlsSession(std::shared_ptr<const TlsClientContext> context, int socket,
                       const std::string& name)
    : isClient_(true),
      context_(context),
      session_(sessionOf(context->get(), socket), OpenSslDelete{}) {
  const OpenSsl& ssl = openSsl();
  bool isWell = true;
  if (isAddress(name)) {
    isWell =
        ssl.X509_VERIFY_PARAM_set1_ip_asc(ssl.SSL_get0_param(session_.get()), name.c_str()) == 1;
  } else if (!name.empty()) {
    std::string asked = name;
    isWell = ssl.SSL_ctrl(session_.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                          asked.data()) == 1 &&
             ssl.SSL_set1_host(session_.get(), name.c_str()) == 1;
  }
  if (!isWell) throw std::runtime_error("OpenSSL 3: " + openSslReason());
}

TlsSession::~TlsSession() = default;

TlsResult TlsSession::handshake() {
  forgetErrors();
  return resultOf(isClient_ ? openSsl().SSL_connect(session_.get())
                            : openSsl().SSL_accept(session_.get()));
}

TlsResult TlsSession::read(char* to, std::size_t size) {
  forgetErrors();
  return resultOf(openSsl().SSL_read(session_.get(), to, sizeFor(size)));
}

TlsResult TlsSession::write(std::string_view bytes) {
  if (bytes.empty()) return {TlsStatus::kDone, 0};
  forgetErrors();
  return resultOf(openSsl().SSL_write(session_.get(), bytes.data(), sizeFor(bytes.size())));
}

TlsResult TlsSession::shutdown() {
  // OpenSSL forbids it after an error, of which the peer knows anyway.
  if (broken_) return {TlsStatus::kFailed, 0};
  forgetErrors();
  const int returned = openSsl().SSL_shutdown(session_.get());
  return returned >= 0 ? TlsResult{TlsStatus::kDone, 0} : resultOf(returned);
}

std::string_view TlsSession::alpn() const {
  const unsigned char* name = nullptr;
  unsigned size = 0;
  openSsl().SSL_get0_alpn_selected(session_.get(), &name, &size);
  return {reinterpret_cast<const char*>(name), size};
}

TlsResult TlsSession::resultOf(int returned) {
  const int systemError = errno;
  if (returned > 0) return {TlsStatus::kDone, static_cast<std::size_t>(returned)};
  const int error = openSsl().SSL_get_error(session_.get(), returned);
  switch (error) {
    case SSL_ERROR_WANT_READ:
      return {TlsStatus::kWantRead, 0};
    case SSL_ERROR_WANT_WRITE:
      return {TlsStatus::kWantWrite, 0};
    case SSL_ERROR_ZERO_RETURN:
      return {TlsStatus::kClosed, 0};
    default:
      broken_ = true;
      reason_ = reasonOf(error, systemError);
      openSsl().ERR_clear_error();
      return {TlsStatus::kFailed, 0};
  }
}

std::string TlsSession::reasonOf(int error, int systemError) const {
  if (error == SSL_ERROR_SYSCALL) {
    return systemError == 0 ? "the connection ended" : std::generic_category().message(systemError);
  }
  const OpenSsl& ssl = openSsl();
  if (ERR_GET_REASON(ssl.ERR_peek_error()) != SSL_R_CERTIFICATE_VERIFY_FAILED) {
    return openSslReason();
  }
  const long result = ssl.SSL_get_verify_result(session_.get());
  if (result == X509_V_ERR_APPLICATION_VERIFICATION) {
    return "the client's certificate has none of client_allowed_sans";
  }
  return std::string(isClient_ ? "the server" : "the client") +
         "'s certificate is not accepted: " + ssl.X509_verify_cert_error_string(result);
}

}  // namespace orchestrator_exporter::http
