#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace orchestrator_exporter {

// Runs a function on a thread of its own, again and again after an interval, from construction to
// stop(). The function must not throw.
class RegularTask {
 public:
  RegularTask(std::chrono::milliseconds interval, std::function<void()> run)
      : thread_([this, interval, run = std::move(run)](const std::stop_token& stop) {
          for (;;) {
            {
              std::unique_lock lock(mutex_);
              if (wakes_.wait_for(lock, stop, interval, [&] { return stop.stop_requested(); })) {
                return;
              }
            }
            if (stop.stop_requested()) return;
            run();
          }
        }) {}
  ~RegularTask() { stop(); }
  RegularTask(const RegularTask&) = delete;
  RegularTask& operator=(const RegularTask&) = delete;

  // Ends a wait at once; a run under way is waited for. A second call does nothing; not for two
  // threads at a time, nor for the function itself.
  void stop() {
    if (!thread_.joinable()) return;
    thread_.request_stop();
    thread_.join();
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any wakes_;
  std::jthread thread_;  // last: uses the others
};

}  // namespace orchestrator_exporter
