#include "http/front/listening.h"

#include <sys/socket.h>

#include <cstddef>

namespace orchestrator_exporter::http {

Listening::Listening(const std::shared_ptr<Channel>& channel, Transport& transport, Time now)
    : transport_(transport), viewer_(channel, now) {
  // What a viewer does not take waits here, where the newest replaces it, and not in the kernel.
  constexpr int kKernelBytes = 32 << 10;
  ::setsockopt(transport.socket(), SOL_SOCKET, SO_SNDBUF, &kKernelBytes, sizeof kKernelBytes);
}

bool Listening::send(bool& writable, Time now) {
  using Result = Transport::Result;
  while (writable && !viewer_.unsent().empty()) {
    std::size_t sent = 0;
    const Result result = transport_.send(viewer_.unsent(), sent);
    if (result == Result::kFailed || result == Result::kEnded) return false;
    if (result == Result::kWait) writable = false;
    if (sent > 0) viewer_.advance(sent, now);
  }
  if (!viewer_.isOver() || !viewer_.unsent().empty()) return true;
  transport_.finish();
  return false;
}

}  // namespace orchestrator_exporter::http
