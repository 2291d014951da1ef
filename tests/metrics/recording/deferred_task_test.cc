#include "metrics/recording/deferred_task.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <latch>

namespace orchestrator_exporter {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

}  // namespace

TEST(DeferredTask, RunsNothingThatNobodyAskedFor) {
  std::atomic<int> runs = 0;
  {
    DeferredTask task(milliseconds(0), [&] { ++runs; });
  }
  EXPECT_EQ(runs, 0);
}

TEST(DeferredTask, RunsAfterItWasAskedFor) {
  std::latch ran(1);
  DeferredTask task(milliseconds(1), [&] { ran.count_down(); });
  task.request();
  ran.wait();
}

TEST(DeferredTask, RunsAgainForARequestThatComesWhileItRuns) {
  std::atomic<int> runs = 0;
  std::latch twice(2);
  DeferredTask* asked = nullptr;
  DeferredTask task(milliseconds(1), [&] {
    if (++runs == 1) asked->request();
    twice.count_down();
  });
  asked = &task;
  task.request();
  twice.wait();
  task.stop();
  EXPECT_EQ(runs, 2);
}

TEST(DeferredTask, DoesNotWaitForTheIntervalWhenItIsStopped) {
  std::atomic<int> runs = 0;
  DeferredTask task(hours(1), [&] { ++runs; });
  task.request();
  task.stop();
  task.request();
  EXPECT_EQ(runs, 0);
}

}  // namespace orchestrator_exporter
