#include "http/security/tls_transport.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
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

// The first byte of a peer, which stays to be read; nullopt if there is none yet.
std::optional<char> firstByte(int socket) {
  char first = 0;
  if (::recv(socket, &first, 1, MSG_PEEK | MSG_DONTWAIT) != 1) return std::nullopt;
  return first;
}

// Tells a peer who came without TLS what is wrong. What it sent is taken first, or the kernel would
// drop the answer with a reset.
void refusePlain(int socket) {
  constexpr std::string_view kAnswer =
      "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: "
      "23\r\n"
      "Connection: close\r\n\r\nthis port speaks HTTPS\n";
  std::array<char, 16'384> request;
  static_cast<void>(::recv(socket, request.data(), request.size(), MSG_DONTWAIT));
  static_cast<void>(::send(socket, kAnswer.data(), kAnswer.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
  ::shutdown(socket, SHUT_WR);
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
  if (!began_) {
    const auto first = firstByte(socket_);
    // The name of a method, and no record of TLS.
    if (first && *first >= 'A' && *first <= 'Z') {
      refusePlain(socket_);
      return Result::kFailed;
    }
    began_ = first.has_value();
  }
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
