#include "http/front/loop/leadership.h"

namespace orchestrator_exporter::http {

bool Leadership::take() {
  const std::lock_guard lock(mutex_);
  if (isLed_) return false;
  isLed_ = true;
  alarm_.clear();
  return true;
}

void Leadership::leave(std::chrono::nanoseconds patience) {
  const std::lock_guard lock(mutex_);
  isLed_ = false;
  alarm_.set(patience);
}

void Leadership::standBy() {
  leave();
  for (;;) {
    alarm_.wait();
    const std::lock_guard lock(mutex_);
    if (isLed_) continue;
    isLed_ = true;
    return;
  }
}

}  // namespace orchestrator_exporter::http
