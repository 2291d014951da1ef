#include "metrics/base/process/alarm.h"

#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <system_error>

namespace orchestrator_exporter {
namespace {

void setTimer(int timer, std::chrono::nanoseconds fromNow) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(fromNow);
  itimerspec when{};
  when.it_value.tv_sec = seconds.count();
  when.it_value.tv_nsec = (fromNow - seconds).count();
  ::timerfd_settime(timer, 0, &when, nullptr);
}

}  // namespace

Alarm::Alarm() : timer_(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC)) {
  if (timer_ < 0) throw std::system_error(errno, std::generic_category(), "timerfd_create");
}

Alarm::~Alarm() { ::close(timer_); }

void Alarm::set(std::chrono::nanoseconds fromNow) {
  setTimer(timer_, std::max(fromNow, std::chrono::nanoseconds(1)));
}

void Alarm::clear() { setTimer(timer_, std::chrono::nanoseconds(0)); }

void Alarm::wait() {
  std::uint64_t expirations = 0;
  while (::read(timer_, &expirations, sizeof expirations) < 0 && errno == EINTR) {
  }
}

}  // namespace orchestrator_exporter
