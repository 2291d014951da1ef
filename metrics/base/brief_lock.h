#pragma once

#include <atomic>
#include <thread>

namespace orchestrator_exporter {

// A mutex for sections of some ten nanoseconds that are hardly ever contended: taking it is one
// exchange, giving it back a plain store. A waiter spins shortly, then lets others run. For
// std::lock_guard.
class BriefLock {
 public:
  void lock() {
    for (int tries = 0; taken_.exchange(true, std::memory_order_acquire); ++tries) {
      while (taken_.load(std::memory_order_relaxed)) {
        if (++tries > kSpins) std::this_thread::yield();
      }
    }
  }
  void unlock() { taken_.store(false, std::memory_order_release); }

 private:
  static constexpr int kSpins = 100;
  std::atomic<bool> taken_{false};
};

}  // namespace orchestrator_exporter
