#include "metrics/base/own_process.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ctime>
#include <latch>
#include <thread>

namespace orchestrator_exporter {

namespace {

double now(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

// A mapping of so many bytes that are all resident.
class Mapping {
 public:
  explicit Mapping(std::size_t bytes)
      : bytes_(bytes),
        at_(mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE,
                 -1, 0)) {}
  ~Mapping() { munmap(at_, bytes_); }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

 private:
  std::size_t bytes_;
  void* at_;
};

}  // namespace

TEST(OwnProcess, SeesMemoryGrow) {
  constexpr std::size_t kBytes = std::size_t{64} << 20;
  const auto before = readOwnProcess();
  const Mapping mapping(kBytes);
  const auto after = readOwnProcess();
  ASSERT_TRUE(before && after);
  EXPECT_GE(after->virtualBytes - before->virtualBytes, 0.9 * kBytes);
  EXPECT_GE(after->residentBytes - before->residentBytes, 0.9 * kBytes);
  EXPECT_GE(after->virtualBytes, after->residentBytes);
}

TEST(OwnProcess, CountsItsThreads) {
  std::thread([] {}).join();  // sanitizers start a thread of their own with the first
  const auto before = readOwnProcess();
  std::latch end(1);
  std::thread other([&] { end.wait(); });
  const auto during = readOwnProcess();
  end.count_down();
  other.join();
  ASSERT_TRUE(before && during);
  EXPECT_EQ(during->threads, before->threads + 1);
}

TEST(OwnProcess, CountsTheTimeThatItWorks) {
  const auto before = readOwnProcess();
  const double until = now(CLOCK_PROCESS_CPUTIME_ID) + 0.05;
  while (now(CLOCK_PROCESS_CPUTIME_ID) < until) {
  }
  const auto after = readOwnProcess();
  ASSERT_TRUE(before && after);
  const double used =
      after->userSeconds + after->systemSeconds - before->userSeconds - before->systemSeconds;
  EXPECT_GE(used, 0.02);  // the kernel counts hundredths, of either kind
  EXPECT_LE(after->userSeconds + after->systemSeconds, now(CLOCK_PROCESS_CPUTIME_ID) + 0.02);
}

TEST(OwnProcess, IsTheChildRightAfterAFork) {
  const auto parent = readOwnProcess();
  // Start times have hundredths of a second.
  const double tick = now(CLOCK_BOOTTIME);
  while (now(CLOCK_BOOTTIME) < tick + 0.02) std::this_thread::yield();
  const pid_t child = fork();
  if (child == 0) {
    const auto own = readOwnProcess();
    _exit(own && parent && own->startSeconds > parent->startSeconds ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST(OwnProcess, StartedAfterTheBoot) {
  const auto process = readOwnProcess();
  ASSERT_TRUE(process);
  EXPECT_GT(process->startSeconds, 0);
  EXPECT_LE(process->startSeconds, now(CLOCK_BOOTTIME));
}

}  // namespace orchestrator_exporter
