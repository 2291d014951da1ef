#include "http/front/loop/leadership.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

namespace orchestrator_exporter::http {
namespace {

TEST(Leadership, IsNotTakenFromALeader) {
  Leadership leadership;  // the thread that stands by leads
  EXPECT_FALSE(leadership.take());
  leadership.leave();
  EXPECT_TRUE(leadership.take());
  EXPECT_FALSE(leadership.take());
}

TEST(Leadership, GoesBackToTheThreadThatStandsByIfNobodyTakesIt) {
  Leadership leadership;
  leadership.standBy();
  EXPECT_FALSE(leadership.take());
}

TEST(Leadership, StaysWithAWorkerForAsLongAsItLikes) {
  Leadership leadership;
  std::atomic<bool> isBack = false;
  std::thread standingBy([&] {
    leadership.standBy();
    isBack = true;
  });
  bool isTaken = false;
  while (!isTaken && !isBack) isTaken = leadership.take();
  if (isTaken) {  // in time, as it mostly is
    std::this_thread::sleep_for(4 * Leadership::kPatience);
    EXPECT_FALSE(isBack);
    leadership.leave();
  }
  standingBy.join();
  EXPECT_FALSE(leadership.take());
}

TEST(Leadership, IsHeldByOneThreadAtATime) {
  Leadership leadership;
  std::atomic<int> leaders = 0;
  std::atomic<bool> wereTwo = false;
  const auto lead = [&] {
    if (++leaders > 1) wereTwo = true;
    std::this_thread::yield();
    --leaders;
  };
  std::vector<std::thread> workers;
  for (int i = 0; i < 3; ++i) {
    workers.emplace_back([&] {
      for (int times = 0; times < 100;) {
        std::this_thread::sleep_for(std::chrono::microseconds(10));
        if (!leadership.take()) continue;
        lead();
        leadership.leave(std::chrono::nanoseconds(1));
        ++times;
      }
    });
  }
  for (int i = 0; i < 20; ++i) {
    leadership.standBy();
    lead();
  }
  leadership.leave();
  for (std::thread& worker : workers) worker.join();
  EXPECT_FALSE(wereTwo);
}

}  // namespace
}  // namespace orchestrator_exporter::http
