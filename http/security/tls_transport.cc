#include "http/security/tls_transport.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
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

constexpr std::size_t kRecordBytes = 1U << 14;  // the most of a record (RFC 8446, section 5.1)

// What a peer has sent first.
enum class Arrival : std::uint8_t { kNothing, kPart, kRecord, kPlain };

// Looks at it; it stays to be read.
Arrival arrival(int socket) {
  constexpr std::size_t kHeader = 5;  // type, version, length
  std::array<unsigned char, kHeader + kRecordBytes> bytes;
  const ssize_t got = ::recv(socket, bytes.data(), bytes.size(), MSG_PEEK | MSG_DONTWAIT);
  // An end, or a fault that the session will meet too.
  if (got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK)) return Arrival::kRecord;
  if (got < 0) return Arrival::kNothing;
  // The name of a method, and no record of TLS.
  if (bytes[0] >= 'A' && bytes[0] <= 'Z') return Arrival::kPlain;
  constexpr unsigned char kHandshake = 22;
  if (bytes[0] != kHandshake) return Arrival::kRecord;
  if (std::cmp_less(got, kHeader)) return Arrival::kPart;
  const std::size_t length = bytes[3] * 256U + bytes[4];
  return std::cmp_less(got, kHeader + std::min(length, kRecordBytes)) ? Arrival::kPart
                                                                      : Arrival::kRecord;
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
    : socket_(socket), context_(std::move(context)) {}

TlsTransport::~TlsTransport() {
  session_.reset();
  ::close(socket_);
}

Transport::Result TlsTransport::handshake() {
  if (!session_) {
    switch (arrival(socket_)) {
      case Arrival::kNothing:
      case Arrival::kPart:
        return Result::kWait;
      case Arrival::kPlain:
        refusePlain(socket_);
        return Result::kFailed;
      case Arrival::kRecord:
        break;
    }
    if (context_ == nullptr) return Result::kFailed;
    session_.emplace(std::move(context_), socket_);
  }
  return resultOf(session_->handshake().status);
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
  // Head and body go together: a record is a system call, a segment and something that wakes the
  // peer.
  std::array<char, kRecordBytes> record;
  constexpr std::size_t kRuns = 64;
  while (!answer.done()) {
    std::size_t size = 0;
    for (const std::string_view run : answer.next(kRuns)) {
      size += run.copy(record.data() + size, record.size() - size);
    }
    std::size_t sent = 0;
    const Result result = send({record.data(), size}, sent);
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
