#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace orchestrator_exporter {

// Runs a function an interval after it was asked for, on a thread of its own that the first request
// starts: what is at rest wakes nobody. Requests that come meanwhile are the same one; those that
// come from the function's start on are the next. The function must not throw.
class DeferredTask {
 public:
  DeferredTask(std::chrono::milliseconds interval, std::function<void()> run)
      : interval_(interval), run_(std::move(run)) {}
  ~DeferredTask() { stop(); }
  DeferredTask(const DeferredTask&) = delete;
  DeferredTask& operator=(const DeferredTask&) = delete;

  // For any thread. After stop(), or if there is no room for a thread, it does nothing.
  void request() noexcept {
    if (requested_.load(std::memory_order_relaxed) || requested_.exchange(true)) return;
    const std::lock_guard lock(mutex_);
    if (stopped_) return;
    if (thread_.joinable()) {
      wakes_.notify_one();
      return;
    }
    try {
      thread_ = std::jthread([this](const std::stop_token& stop) { loop(stop); });
    } catch (const std::system_error&) {
      requested_ = false;
    }
  }

  // Ends a wait at once; a run under way is waited for. A second call does nothing; not for two
  // threads at a time, nor for the function itself.
  void stop() {
    {
      const std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    if (!thread_.joinable()) return;
    thread_.request_stop();
    thread_.join();
  }

 private:
  void loop(const std::stop_token& stop) {
    for (;;) {
      {
        std::unique_lock lock(mutex_);
        if (!wakes_.wait(lock, stop, [&] { return requested_.load(); })) return;
        wakes_.wait_for(lock, stop, interval_, [] { return false; });
        if (stop.stop_requested()) return;
      }
      requested_ = false;
      run_();
    }
  }

  const std::chrono::milliseconds interval_;
  const std::function<void()> run_;
  std::atomic<bool> requested_ = false;
  std::mutex mutex_;
  std::condition_variable_any wakes_;
  bool stopped_ = false;
  std::jthread thread_;
};

}  // namespace orchestrator_exporter
