#include "http/server/spare.h"

#include <dirent.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include <algorithm>
#include <latch>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace orchestrator_exporter::http {
namespace {

// As civetweb's workers have them.
constexpr std::size_t kStackBytes = 524'288;

// Memory for one thread's stack. The C library would keep those that it makes itself, with the
// pages that the thread touched.
class Stack {
 public:
  Stack()
      : memory_(::mmap(nullptr, kStackBytes, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE, -1, 0)) {}
  ~Stack() {
    if (isThere()) ::munmap(memory_, kStackBytes);
  }
  Stack(Stack&& other) noexcept : memory_(std::exchange(other.memory_, MAP_FAILED)) {}
  Stack& operator=(Stack&&) = delete;

  bool isThere() const { return memory_ != MAP_FAILED; }
  void* memory() const { return memory_; }

 private:
  void* memory_;
};

// Starts one that waits; 0 or an error number.
int startWaiting(pthread_t& thread, const Stack& stack, std::latch& end) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstack(&attributes, stack.memory(), kStackBytes);
  const auto wait = [](void* latch) -> void* {
    static_cast<std::latch*>(latch)->wait();
    return nullptr;
  };
  const int error = pthread_create(&thread, &attributes, wait, &end);
  pthread_attr_destroy(&attributes);
  return error;
}

// How many threads can run at a time, `most` at most.
unsigned startableThreads(unsigned most) {
  std::latch counted(1);
  std::vector<Stack> stacks;
  std::vector<pthread_t> threads;
  while (threads.size() < most) {
    Stack stack;
    pthread_t thread;
    if (!stack.isThere() || startWaiting(thread, stack, counted) != 0) break;
    stacks.push_back(std::move(stack));
    threads.push_back(thread);
  }
  counted.count_down();
  for (const pthread_t thread : threads) pthread_join(thread, nullptr);
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

std::size_t spareConnections(std::size_t wanted, unsigned workers) {
  constexpr unsigned kLeast = 4;
  const unsigned spare = spareDescriptors();
  const unsigned reserved = std::min(256U, spare / 2) + 2 * workers;
  return std::min<std::size_t>(wanted, std::max(kLeast, spare - std::min(spare, reserved)));
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
