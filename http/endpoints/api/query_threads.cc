#include "http/endpoints/api/query_threads.h"

#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <exception>
#include <mutex>
#include <thread>

namespace orchestrator_exporter::http {
namespace {

// The kernel knows a thread as a process of its own; a refusal does no harm.
void beNice() { setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), 10); }

// A query takes some megabytes and gives them back. From the first one on that much stays with the
// process, since otherwise each query would get its pages from the kernel again, which may take
// longer than what it does with them.
void keepMemory() {
  constexpr int kKept = 4 << 20;
  constexpr int kOfOneObject = 1 << 20;  // larger ones always go back
  mallopt(M_MMAP_THRESHOLD, kOfOneObject);
  mallopt(M_TRIM_THRESHOLD, kKept);
}

}  // namespace

// One of the threads that may run, for as long as it lives.
class QueryThreads::Place {
 public:
  Place(QueryThreads& threads, std::chrono::milliseconds patience, const std::stop_token& stop)
      : threads_(threads) {
    std::unique_lock lock(threads_.mutex_);
    taken_ = threads_.freed_.wait_for(lock, stop, patience,
                                      [&] { return threads_.running_ < threads_.most_; });
    if (taken_) ++threads_.running_;
  }
  ~Place() {
    if (!taken_) return;
    {
      const std::lock_guard lock(threads_.mutex_);
      --threads_.running_;
    }
    threads_.freed_.notify_one();
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  bool taken() const { return taken_; }

 private:
  QueryThreads& threads_;
  bool taken_ = false;
};

QueryThreads::Outcome QueryThreads::run(const std::function<void()>& query,
                                        std::chrono::milliseconds patience,
                                        const std::stop_token& stop) {
  const Place place(*this, patience, stop);
  if (stop.stop_requested()) return Outcome::kCanceled;
  if (!place.taken()) return Outcome::kTimedOut;
  static std::once_flag isFirst;
  std::call_once(isFirst, keepMemory);
  std::exception_ptr thrown;
  std::thread([&] {
    beNice();
    try {
      query();
    } catch (...) {
      thrown = std::current_exception();
    }
  }).join();
  if (thrown) std::rethrow_exception(thrown);
  return Outcome::kRan;
}

}  // namespace orchestrator_exporter::http
