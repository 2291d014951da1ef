#include "exporter/host/collector_thread.h"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

namespace orchestrator_exporter {

CollectorOutcome runCollector(Collector& collector, Kernel& kernel, Sink& out) {
  using Result = CollectorOutcome::Result;
  const auto begin = std::chrono::steady_clock::now();
  CollectorOutcome outcome;
  try {
    collector.collect(kernel, out);
    outcome.complaint = collector.complaint();
  } catch (const NoData&) {
    outcome.result = Result::kNoData;
  } catch (const std::exception& error) {
    outcome.result = Result::kFailure;
    outcome.error = error.what();
  }
  kernel.reset();
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
  outcome.seconds = taken.count();
  return outcome;
}

// Shared with the thread, which may outlive the object that started it.
struct CollectorThread::State {
  State(std::unique_ptr<Collector> collectorToRun, const Roots& roots)
      : collector(std::move(collectorToRun)), kernel(roots) {}

  std::unique_ptr<Collector> collector;
  Kernel kernel;

  std::mutex mutex;
  std::condition_variable wake;      // for the thread: a run is wanted, or the end
  std::condition_variable finished;  // for scrapes: a run has ended
  bool serving = false;              // the thread exists
  bool running = false;
  bool overdue = false;  // a scrape gave up waiting for the run that is going on
  bool stopping = false;
  std::uint64_t started = 0;
  Clock::time_point deadline;  // of the run that is wanted or going on
  std::shared_ptr<const Run> last;
  std::uint64_t lastNumber = 0;
};

CollectorThread::CollectorThread(std::unique_ptr<Collector> collector, const Roots& roots)
    : state_(std::make_shared<State>(std::move(collector), roots)) {}

CollectorThread::~CollectorThread() {
  const std::lock_guard lock(state_->mutex);
  state_->stopping = true;
  state_->wake.notify_all();
}

std::optional<std::uint64_t> CollectorThread::start(Clock::time_point deadline) {
  const std::lock_guard lock(state_->mutex);
  if (state_->running) {
    if (state_->overdue) return std::nullopt;
    return state_->started;
  }
  if (!state_->serving) {
    std::thread(serve, state_).detach();
    state_->serving = true;
  }
  state_->running = true;
  state_->overdue = false;
  state_->deadline = deadline;
  ++state_->started;
  state_->wake.notify_all();
  return state_->started;
}

std::shared_ptr<const CollectorThread::Run> CollectorThread::wait(std::uint64_t number,
                                                                  Clock::time_point deadline) {
  std::unique_lock lock(state_->mutex);
  const auto ended = [&] { return state_->lastNumber >= number; };
  if (state_->finished.wait_until(lock, deadline, ended)) return state_->last;
  state_->overdue = true;
  return nullptr;
}

void CollectorThread::serve(const std::shared_ptr<State>& state) {
  std::unique_lock lock(state->mutex);
  while (true) {
    state->wake.wait(lock, [&] { return state->running || state->stopping; });
    if (state->stopping) return;
    const std::uint64_t number = state->started;
    state->kernel.setDeadline(state->deadline);
    lock.unlock();
    auto run = std::make_shared<Run>();
    run->outcome = runCollector(*state->collector, state->kernel, run->samples);
    state->kernel.endScrape();
    lock.lock();
    state->last = std::move(run);
    state->lastNumber = number;
    state->running = false;
    state->finished.notify_all();
  }
}

}  // namespace orchestrator_exporter
