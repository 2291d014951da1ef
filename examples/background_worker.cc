// A worker without a server of its own: it takes jobs from a queue on two threads, measures itself,
// and prints its metrics at the end.
// usage: background_worker [JOBS]      default 200
#include <orchestrator_exporter/metrics.h>

#include <charconv>
#include <condition_variable>
#include <deque>
#include <iostream>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

struct Job {
  int number;
  orchestrator_exporter::Arrival arrival;  // when it came, and that it waits
};

// Jobs in the order in which they came, for several threads.
class Queue {
 public:
  void push(Job job) {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
    changed_.notify_one();
  }
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }
  // nullopt once it is closed and empty.
  std::optional<Job> pop() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return closed_ || !jobs_.empty(); });
    if (jobs_.empty()) return std::nullopt;
    std::optional<Job> job(std::move(jobs_.front()));
    jobs_.pop_front();
    return job;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;
  bool closed_ = false;
};

void printMetrics(orchestrator_exporter::MetricsRegistry& registry) {
  const auto writer = orchestrator_exporter::ExpositionWriter::make({});
  registry.collect(*writer);
  for (const std::string_view part : writer->finish()) std::cout << part;
}

void work(int jobs) {
  orchestrator_exporter::MetricsRegistry registry;
  orchestrator_exporter::ProcessMetrics metrics(registry);
  const orchestrator_exporter::ResourceMonitor resources(metrics, "worker");
  const orchestrator_exporter::PerformanceTracker steps(registry, "job", {"queue"});

  // Every tenth job is one that nobody can do.
  auto handle = metrics.wrap("worker", "mail", [&](int number) {
    steps.measure("render", {"mail"}, [&] { return std::to_string(number * number); });
    if (number % 10 == 9) throw std::invalid_argument("no such address");
  });

  Queue queue;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&] {
      while (auto job = queue.pop()) {
        try {
          handle.handle(std::move(job->arrival), job->number);
        } catch (const std::invalid_argument&) {
          // The handler has counted it; the worker goes on.
        }
      }
    });
  }
  for (int i = 0; i < jobs; ++i) queue.push({i, handle.arrived()});
  queue.close();
  threads.clear();  // waits for them
  printMetrics(registry);
}

}  // namespace

int main(int argc, char** argv) {
  int jobs = 200;
  if (argc > 1) {
    const std::string_view given = argv[1];
    const auto [end, error] = std::from_chars(given.data(), given.data() + given.size(), jobs);
    if (argc > 2 || error != std::errc{} || end != given.data() + given.size() || jobs < 0) {
      std::cerr << "usage: background_worker [JOBS]\n";
      return 2;
    }
  }
  work(jobs);
}
