#include "http/security/tls/session.h"

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

}  // namespace

TlsSession::TlsSession(std::shared_ptr<const TlsContext> context, int socket)
    : context_(std::move(context)), session_(openSsl().SSL_new(context_->get()), OpenSslDelete{}) {
  if (!session_ || openSsl().SSL_set_fd(session_.get(), socket) != 1) {
    throw std::runtime_error("OpenSSL 3: " + openSslReason());
  }
}

TlsSession::~TlsSession() = default;

TlsResult TlsSession::handshake() {
  forgetErrors();
  return resultOf(openSsl().SSL_accept(session_.get()));
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
  return std::string("the client's certificate is not accepted: ") +
         ssl.X509_verify_cert_error_string(result);
}

}  // namespace orchestrator_exporter::http
