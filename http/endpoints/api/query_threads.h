#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>

namespace orchestrator_exporter::http {

// Runs queries on threads of their own, a bounded number at a time. The threads are nicer to the
// rest of the process than its workers, so that a scrape goes before the heaviest query; while no
// query runs there is no thread.
class QueryThreads {
 public:
  explicit QueryThreads(std::size_t most) : most_(most) {}

  // Runs it and waits for its end; throws what it throws. False, without having run it, if all
  // threads stayed taken for so long.
  bool run(const std::function<void()>& query, std::chrono::milliseconds patience);

 private:
  class Place;

  const std::size_t most_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable freed_;
  std::size_t running_ = 0;
};

}  // namespace orchestrator_exporter::http
