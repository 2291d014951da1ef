#include "http/server/spare.h"

#include <dirent.h>
#include <pthread.h>
#include <sys/resource.h>

#include <algorithm>
#include <latch>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace orchestrator_exporter::http {
namespace {

// As civetweb's workers, so that the memory of these stacks serves them next.
constexpr std::size_t kStackBytes = 524'288;

// How many threads can run at a time, `most` at most.
unsigned startableThreads(unsigned most) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kStackBytes);
  std::latch counted(1);
  std::vector<pthread_t> threads;
  threads.reserve(most);
  while (threads.size() < most) {
    pthread_t thread;
    const auto wait = [](void* latch) -> void* {
      static_cast<std::latch*>(latch)->wait();
      return nullptr;
    };
    if (pthread_create(&thread, &attributes, wait, &counted) != 0) break;
    threads.push_back(thread);
  }
  counted.count_down();
  for (const pthread_t thread : threads) pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
  return static_cast<unsigned>(threads.size());
}

}  // namespace

unsigned spareDescriptors() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return std::numeric_limits<unsigned>::max();
  unsigned open = 0;
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(opendir("/proc/self/fd"), &closedir);
  if (folder != nullptr) {
    while (readdir(folder.get()) != nullptr) ++open;
    open -= std::min(open, 3U);  // ".", ".." and the folder's own
  }
  const auto most =
      static_cast<unsigned>(std::min<rlim_t>(limit.rlim_cur, std::numeric_limits<unsigned>::max()));
  return most - std::min(most, open);
}

unsigned spareWorkers(unsigned wanted) {
  // An event, and both ends of a link.
  constexpr unsigned kDescriptors = 3;
  // The front, both of civetweb's listeners, a few connections, and what one endpoint reads at a
  // time.
  constexpr unsigned kReserved = 14;
  // The front, civetweb's own two, and one for what runs beside.
  constexpr unsigned kThreads = 4;
  const unsigned descriptors = spareDescriptors();
  const unsigned byDescriptors =
      (descriptors - std::min(descriptors, kReserved)) / (2 * kDescriptors);
  if (byDescriptors == 0) {
    throw std::runtime_error("cannot serve: only " + std::to_string(descriptors) +
                             " file descriptors are left of the limit (ulimit -n), expected at "
                             "least " +
                             std::to_string(kReserved + 2 * kDescriptors));
  }
  const unsigned threads = startableThreads(std::min(wanted, byDescriptors) + kThreads);
  if (threads <= kThreads) {
    throw std::runtime_error("cannot serve: only " + std::to_string(threads) +
                             " threads can be started (ulimit -u, TasksMax), expected at least " +
                             std::to_string(kThreads + 1));
  }
  return std::min({wanted, byDescriptors, threads - kThreads});
}

}  // namespace orchestrator_exporter::http
