#include "metrics/base/process/alarm.h"

#include <gtest/gtest.h>

#include <thread>

namespace orchestrator_exporter {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

TEST(Alarm, WakesWhenItsTimeHasCome) {
  Alarm alarm;
  const auto before = steady_clock::now();
  alarm.set(milliseconds(20));
  alarm.wait();
  EXPECT_GE(steady_clock::now() - before, milliseconds(20));
}

TEST(Alarm, WakesAtOnceIfItsTimeHasPassed) {
  Alarm alarm;
  alarm.set(milliseconds(-5));
  alarm.wait();
}

TEST(Alarm, IsMovedWhileAThreadSleeps) {
  Alarm alarm;
  const auto before = steady_clock::now();
  alarm.set(milliseconds(10));
  std::thread sleeper([&] { alarm.wait(); });
  alarm.set(milliseconds(60));  // in time, as it mostly is
  alarm.set(std::chrono::hours(1));
  alarm.set(milliseconds(30));
  sleeper.join();
  EXPECT_GE(steady_clock::now() - before, milliseconds(10));
}

TEST(Alarm, WakesNobodyOnceItIsCleared) {
  Alarm alarm;
  const auto before = steady_clock::now();
  alarm.set(milliseconds(1));
  alarm.clear();
  alarm.set(milliseconds(30));
  alarm.wait();
  EXPECT_GE(steady_clock::now() - before, milliseconds(30));
}

}  // namespace
}  // namespace orchestrator_exporter
