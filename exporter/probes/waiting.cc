#include "exporter/probes/waiting.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <system_error>
#include <utility>

#include "exporter/kernel/descriptor.h"

namespace orchestrator_exporter::probes {

namespace {

using std::chrono::milliseconds;

// How long a stop may go unnoticed from the beginning on: most probes have their answers sooner,
// and need no event that a stop wakes them with.
constexpr milliseconds kUnnoticed(100);

}  // namespace

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
  return wait(socket, POLLIN, std::min(time, deadline_)) != 0;
}

int Waiting::wait(int socket, short event, Time until) {
  for (;;) {
    if (stop_.stop_requested()) throw ProbeFailure("given up");
    const Time now = std::chrono::steady_clock::now();
    if (now >= until) {
      if (until < deadline_) return 0;
      throw ProbeFailure("timed out");
    }
    const bool isUnnoticed = wake_ == nullptr && stop_.stop_possible();
    if (isUnnoticed && now >= begin_ + kUnnoticed) {
      wake_ = std::make_unique<Wake>(stop_);
      continue;
    }
    const Time next = isUnnoticed ? std::min(until, begin_ + kUnnoticed) : until;
    std::array<pollfd, 2> polled = {pollfd{socket, event, 0},
                                    pollfd{wake_ ? wake_->event.get() : -1, POLLIN, 0}};
    const int ready = ::poll(polled.data(), wake_ ? 2 : 1,
                             static_cast<int>(std::chrono::ceil<milliseconds>(next - now).count()));
    if (ready < 0 && errno != EINTR) {
      throw ProbeFailure("poll: " + std::generic_category().message(errno));
    }
    if (ready > 0 && polled[0].revents != 0) return polled[0].revents;
  }
}

}  // namespace orchestrator_exporter::probes
