#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <stop_token>

namespace orchestrator_exporter::http {

// Runs queries on threads of their own, a bounded number at a time. The threads are nicer to the
// rest of the process than its workers, so that a scrape goes before the heaviest query; while no
// query runs there is no thread.
class QueryThreads {
 public:
  enum class Outcome : std::uint8_t {
    kRan,
    kTimedOut,  // all threads stayed taken; it did not run
    kCanceled,  // nobody waits for it any longer; it did not run
  };

  explicit QueryThreads(std::size_t most) : most_(most) {}

  // Runs it and waits for its end; throws what it throws. It waits so long for a thread, or until
  // it is asked to stop.
  Outcome run(const std::function<void()>& query, std::chrono::milliseconds patience,
              const std::stop_token& stop = {});

 private:
  class Place;

  const std::size_t most_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable_any freed_;
  std::size_t running_ = 0;
};

}  // namespace orchestrator_exporter::http
