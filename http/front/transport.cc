#include "http/front/transport.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace orchestrator_exporter::http {
namespace {

Transport::Result afterFailure() {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? Transport::Result::kWait
                                                                   : Transport::Result::kFailed;
}

}  // namespace

PlainTransport::~PlainTransport() {
  if (socket_ >= 0) ::close(socket_);
}

Transport::Result PlainTransport::read(char* bytes, std::size_t size, std::size_t& got) {
  const ssize_t received = ::recv(socket_, bytes, size, MSG_DONTWAIT);
  if (received < 0) return afterFailure();
  if (received == 0) return Result::kEnded;
  got = static_cast<std::size_t>(received);
  return Result::kDone;
}

Transport::Result PlainTransport::send(std::string_view bytes, std::size_t& sent) {
  const ssize_t taken = ::send(socket_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (taken < 0) return afterFailure();
  sent = static_cast<std::size_t>(taken);
  return Result::kDone;
}

Transport::Result PlainTransport::send(Answer& answer) {
  if (!answer.sendTo(socket_)) return Result::kFailed;
  return answer.done() ? Result::kDone : Result::kWait;
}

void PlainTransport::finish() { ::shutdown(socket_, SHUT_WR); }

Transport::Result PlainTransport::sendLast(Answer& answer) {
  char byte = 0;
  if (::recv(socket_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0) return send(answer);
  // With more to come, so that the end goes with the last bytes.
  if (!answer.sendTo(socket_, MSG_MORE)) return Result::kFailed;
  if (!answer.done()) return Result::kWait;
  ::close(std::exchange(socket_, -1));
  return Result::kDone;
}

}  // namespace orchestrator_exporter::http
