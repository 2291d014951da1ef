#include "http/front/loop/leadership.h"

#include <sys/timerfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>

namespace orchestrator_exporter::http {

Leadership::Leadership() : timer_(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC)) {
  if (timer_ < 0) throw std::system_error(errno, std::generic_category(), "timerfd_create");
}

Leadership::~Leadership() { ::close(timer_); }

bool Leadership::take() {
  const std::lock_guard lock(mutex_);
  if (isLed_) return false;
  isLed_ = true;
  setTimer(std::chrono::nanoseconds(0));
  return true;
}

void Leadership::leave(std::chrono::nanoseconds patience) {
  const std::lock_guard lock(mutex_);
  isLed_ = false;
  setTimer(patience);
}

void Leadership::standBy() {
  leave();
  for (;;) {
    std::uint64_t expirations = 0;
    if (::read(timer_, &expirations, sizeof expirations) < 0) continue;  // EINTR
    const std::lock_guard lock(mutex_);
    if (isLed_) continue;
    isLed_ = true;
    return;
  }
}

// 0: never.
void Leadership::setTimer(std::chrono::nanoseconds time) {
  itimerspec when{};
  when.it_value.tv_nsec = time.count();
  ::timerfd_settime(timer_, 0, &when, nullptr);
}

}  // namespace orchestrator_exporter::http
