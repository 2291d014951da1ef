#pragma once

#include <atomic>
#include <mutex>
#include <thread>

namespace orchestrator_exporter::history {

// One lock for those who append readings, those who write much, and those who ask. Who appends a
// reading goes first. The others take it for a part of their work at a time, and between two parts
// let in who waits: who asks those who append, who writes everybody.
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
      lock_.asking_.fetch_add(1, std::memory_order_relaxed);
      while (lock_.waiting_.load(std::memory_order_relaxed) > 0) std::this_thread::yield();
      lock_.mutex_.lock();
      lock_.asking_.fetch_sub(1, std::memory_order_relaxed);
    }
    ~Asking() { lock_.mutex_.unlock(); }
    Asking(const Asking&) = delete;
    Asking& operator=(const Asking&) = delete;

   private:
    AppendLock& lock_;
  };

  class Writing {
   public:
    explicit Writing(AppendLock& lock) : lock_(lock) {
      // Who asks all the time must not keep out who writes.
      constexpr int kPatience = 64;
      for (int i = 0; i < kPatience && lock_.asking_.load(std::memory_order_relaxed) > 0; ++i) {
        std::this_thread::yield();
      }
      while (lock_.waiting_.load(std::memory_order_relaxed) > 0) std::this_thread::yield();
      lock_.mutex_.lock();
    }
    ~Writing() { lock_.mutex_.unlock(); }
    Writing(const Writing&) = delete;
    Writing& operator=(const Writing&) = delete;

   private:
    AppendLock& lock_;
  };

 private:
  std::mutex mutex_;
  std::atomic<int> waiting_ = 0;  // who append
  std::atomic<int> asking_ = 0;
};

}  // namespace orchestrator_exporter::history
