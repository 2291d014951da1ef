#include "exporter/probes/waiting.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <functional>
#include <optional>
#include <system_error>
#include <utility>

#include "exporter/kernel/descriptor.h"

namespace orchestrator_exporter::probes {

// Becomes readable for good once the probe is to stop.
struct Waiting::Wake {
  explicit Wake(const std::stop_token& stop)
      : event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), callback(stop, [this] {
          constexpr std::uint64_t kOnce = 1;
          static_cast<void>(!::write(event.get(), &kOnce, sizeof kOnce));
        }) {}

  Descriptor event;
  std::stop_callback<std::function<void()>> callback;  // last: uses the event
};

Waiting::Waiting(Time deadline, std::stop_token stop)
    : deadline_(deadline), stop_(std::move(stop)) {}

Waiting::~Waiting() = default;

bool Waiting::isReadableBefore(int socket, Time time) {
  return wait(socket, false, std::min(time, deadline_));
}

bool Waiting::wait(int socket, bool writing, Time until) {
  if (wake_ == nullptr && stop_.stop_possible()) wake_ = std::make_unique<Wake>(stop_);
  for (;;) {
    if (stop_.stop_requested()) throw ProbeFailure("given up");
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    if (left.count() <= 0) {
      if (until < deadline_) return false;
      throw ProbeFailure("timed out");
    }
    std::array<pollfd, 2> polled = {
        pollfd{socket, static_cast<short>(writing ? POLLOUT : POLLIN), 0},
        pollfd{wake_ ? wake_->event.get() : -1, POLLIN, 0}};
    const int ready = ::poll(polled.data(), polled.size(), static_cast<int>(left.count()));
    if (ready < 0 && errno != EINTR) {
      throw ProbeFailure("poll: " + std::generic_category().message(errno));
    }
    if (ready > 0 && polled[0].revents != 0) return true;
  }
}

}  // namespace orchestrator_exporter::probes
