#include "http/security/tls_transport.h"

#include <sys/socket.h>
#include <unistd.h>

#include <utility>

namespace orchestrator_exporter::http {
namespace {

Transport::Result resultOf(TlsStatus status) {
  switch (status) {
    case TlsStatus::kDone:
      return Transport::Result::kDone;
    case TlsStatus::kWantRead:
    case TlsStatus::kWantWrite:
      return Transport::Result::kWait;
    case TlsStatus::kClosed:
      return Transport::Result::kEnded;
    case TlsStatus::kFailed:
      break;
  }
  return Transport::Result::kFailed;
}

}  // namespace

TlsTransport::TlsTransport(std::shared_ptr<const TlsContext> context, int socket)
    : socket_(socket) {
  if (context != nullptr) session_.emplace(std::move(context), socket);
}

TlsTransport::~TlsTransport() {
  session_.reset();
  ::close(socket_);
}

Transport::Result TlsTransport::handshake() {
  return session_ ? resultOf(session_->handshake().status) : Result::kFailed;
}

Transport::Result TlsTransport::read(char* bytes, std::size_t size, std::size_t& got) {
  const TlsResult result = session_->read(bytes, size);
  got = result.bytes;
  return resultOf(result.status);
}

Transport::Result TlsTransport::send(std::string_view bytes, std::size_t& sent) {
  const TlsResult result = session_->write(bytes);
  sent = result.bytes;
  return resultOf(result.status);
}

Transport::Result TlsTransport::send(Answer& answer) {
  while (!answer.done()) {
    std::size_t sent = 0;
    const Result result = send(answer.next(1).front(), sent);
    if (result != Result::kDone) return result;
    answer.advance(sent);
  }
  return Result::kDone;
}

void TlsTransport::finish() {
  if (session_) session_->shutdown();
  ::shutdown(socket_, SHUT_WR);
}

}  // namespace orchestrator_exporter::http
