// Scoped timers and the performance tracker.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>
#include <vector>

#include "metrics/instruments/performance_tracker.h"
#include "metrics/recording/metrics_collector.h"
#include "metrics/registry/scoped_timer.h"
#include "tests/support/manual_clock.h"
#include "tests/support/registry_test.h"

namespace orchestrator_exporter {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using testing::HasSubstr;
using testing::Not;

// A clock for a scoped timer that ticks by one nanosecond each time it is read.
struct TickingClock {
  using duration = nanoseconds;
  using time_point = std::chrono::time_point<TickingClock, nanoseconds>;
  static time_point now() { return time_point(nanoseconds(++reads)); }
  static inline int reads = 0;
};

struct Observations {
  std::vector<double>* seconds;
  void observe(double one) const { seconds->push_back(one); }
};

class ScopedTimers : public testing::Test {
 protected:
  std::vector<double> seen;
  const Observations observer{&seen};
};

TEST_F(ScopedTimers, ObserveOnceAtTheEndOfTheScope) {
  {
    const ScopedTimer<Observations, TickingClock> timer(observer);
    EXPECT_TRUE(seen.empty());
  }
  EXPECT_EQ(seen, std::vector{1e-9});
}

TEST_F(ScopedTimers, ObserveWhenAnExceptionEndsTheScope) {
  const auto fail = [this] {
    const ScopedTimer timer(observer);
    throw std::runtime_error("x");
  };
  EXPECT_THROW(fail(), std::runtime_error);
  EXPECT_EQ(seen.size(), 1u);
}

TEST_F(ScopedTimers, ObserveEarlierWhenStopped) {
  {
    ScopedTimer<Observations, TickingClock> timer(observer);
    EXPECT_EQ(timer.stop(), nanoseconds(1));
    EXPECT_THROW(timer.stop(), std::logic_error);
  }
  EXPECT_EQ(seen.size(), 1u);
}

TEST_F(ScopedTimers, ObserveNothingWhenCancelled) {
  {
    ScopedTimer timer(observer);
    timer.cancel();
    EXPECT_THROW(timer.stop(), std::logic_error);
  }
  EXPECT_TRUE(seen.empty());
}

TEST_F(ScopedTimers, TellCpuTimeFromWallTime) {
  std::vector<double> wall;
  std::vector<double> cpu;
  {
    const ScopedTimer wallTimer(Observations{&wall});
    const ScopedCpuTimer cpuTimer(Observations{&cpu});
    // Another thread's work is wall time here, and none of this thread's CPU time.
    std::thread([] {
      const auto start = ThreadCpuClock::now();
      while (ThreadCpuClock::now() - start < milliseconds(20)) {
      }
    }).join();
  }
  EXPECT_GE(wall.at(0), 0.02);
  EXPECT_LT(cpu.at(0), wall.at(0) / 2);
}

TEST_F(ScopedTimers, CountTheWorkOfTheirThread) {
  std::vector<double> cpu;
  {
    const ScopedCpuTimer timer(Observations{&cpu});
    while (timer.elapsed() < milliseconds(2)) {
    }
  }
  EXPECT_GE(cpu.at(0), 0.002);
}

TEST_F(ScopedTimers, TakeHistogramsAndBoundSeries) {
  MetricsRegistry registry;
  const Histograms family = registry.histogram("h_seconds", "h", {.bounds = {1}});
  MetricsCollector collector(registry);
  {
    const ScopedTimer generic(family.with({}));
    const ScopedTimer facade(collector.messageLatency("o"));
  }
  EXPECT_EQ(family.with({}).count(), 1u);
  EXPECT_EQ(collector.aggregatedStats("o").latency.messages, 1u);
}

class PerformanceTrackerTest : public RegistryTest {
 protected:
  ManualClock clock;
  PerformanceTracker tracker{registry, "import", {"format"}, {.steadyClock = clock.steady()}};
  const std::string labels = "{format=\"csv\",operation=\"parse\"}";
};

TEST_F(PerformanceTrackerTest, TimesAnOperationWithItsTags) {
  {
    const auto tracked = tracker.track("parse", {"csv"});
    clock.advance(milliseconds(250));
  }
  EXPECT_EQ(value("import_duration_seconds_sum" + labels), "0.25");
  EXPECT_EQ(value("import_cpu_seconds_count" + labels), "1");
  EXPECT_EQ(value("import_failures_total" + labels), "0");
}

TEST_F(PerformanceTrackerTest, GivesBackWhatTheFunctionGives) {
  EXPECT_EQ(tracker.measure("parse", {"csv"}, [] { return 5; }), 5);
  int number = 0;
  int& reference = tracker.measure("parse", {"csv"}, [&]() -> int& { return number; });
  EXPECT_EQ(&reference, &number);
  EXPECT_EQ(value("import_duration_seconds_count" + labels), "2");
}

TEST_F(PerformanceTrackerTest, CountsFailuresAndTheirTime) {
  EXPECT_THROW(tracker.measure("parse", {"csv"}, [] { throw std::runtime_error("x"); }),
               std::runtime_error);
  EXPECT_EQ(value("import_failures_total" + labels), "1");
  EXPECT_EQ(value("import_duration_seconds_count" + labels), "1");
}

TEST_F(PerformanceTrackerTest, RefusesAndCountsBadTags) {
  EXPECT_EQ(tracker.measure("parse", {""}, [] { return 1; }), 1);
  EXPECT_EQ(tracker.measure("\xFF", {"csv"}, [] { return 2; }), 2);
  EXPECT_EQ(rejected("empty_identifier"), "1");
  EXPECT_EQ(rejected("not_utf8"), "1");
  EXPECT_THAT(text(), Not(HasSubstr("import_")));
}

TEST_F(PerformanceTrackerTest, RefusesAnotherNumberOfTags) {
  EXPECT_THROW((void)tracker.track("parse"), std::invalid_argument);
  EXPECT_THROW((void)tracker.track("parse", {"a", "b"}), std::invalid_argument);
  EXPECT_THROW(PerformanceTracker(registry, "bad name"), std::invalid_argument);
  EXPECT_THROW(PerformanceTracker(registry, "x", {"operation"}), std::invalid_argument);
}

}  // namespace orchestrator_exporter
