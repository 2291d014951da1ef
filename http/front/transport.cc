#include "http/front/transport.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace orchestrator_exporter::http {
namespace {

Transport::Result afterFailure() {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? Transport::Result::kWait
                                                                   : Transport::Result::kFailed;
}

}  // namespace

PlainTransport::~PlainTransport() { ::close(socket_); }

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

}  // namespace orchestrator_exporter::http
