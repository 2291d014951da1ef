#pragma once

#include <atomic>
#include <mutex>
#include <thread>

namespace orchestrator_exporter::history {

// One lock for those who append and those who ask, in which who appends goes first: who asks takes
// it for a part of its work at a time, and between two parts lets in who waits to append.
class AppendLock {
 public:
  class Appending {
   public:
    explicit Appending(AppendLock& lock) : lock_(lock) {
      lock_.waiting_.fetch_add(1, std::memory_order_relaxed);
      lock_.mutex_.lock();
      lock_.waiting_.fetch_sub(1, std::memory_order_relaxed);
    }
    ~Appending() { lock_.mutex_.unlock(); }
    Appending(const Appending&) = delete;
    Appending& operator=(const Appending&) = delete;

   private:
    AppendLock& lock_;
  };

  class Asking {
   public:
    explicit Asking(AppendLock& lock) : lock_(lock) {
      while (lock_.waiting_.load(std::memory_order_relaxed) > 0) std::this_thread::yield();
      lock_.mutex_.lock();
    }
    ~Asking() { lock_.mutex_.unlock(); }
    Asking(const Asking&) = delete;
    Asking& operator=(const Asking&) = delete;

   private:
    AppendLock& lock_;
  };

 private:
  std::mutex mutex_;
  std::atomic<int> waiting_ = 0;
};

}  // namespace orchestrator_exporter::history
