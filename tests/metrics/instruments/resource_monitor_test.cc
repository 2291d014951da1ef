#include "metrics/instruments/resource_monitor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <atomic>
#include <latch>
#include <stdexcept>
#include <thread>

#include "tests/support/registry_test.h"

namespace orchestrator_exporter {

using std::chrono::hours;
using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

class ResourceMonitorTest : public RegistryTest {
 protected:
  ProcessMetrics metrics{registry};
};

// Until the kernel, which counts in hundredths of a second, has seen this process work.
void workForAWhile() {
  rusage usage{};
  while (usage.ru_utime.tv_sec == 0 && usage.ru_utime.tv_usec < 50'000) {
    getrusage(RUSAGE_SELF, &usage);
  }
}

TEST_F(ResourceMonitorTest, ShowsWhatThisProcessUses) {
  workForAWhile();
  std::latch end(1);
  std::thread other([&] { end.wait(); });
  const ResourceMonitor monitor(metrics, "p", {.interval = hours(1)});
  EXPECT_GE(std::stod(value("process_memory_usage_bytes{kind=\"resident\",process_id=\"p\"}")),
            1e5);
  EXPECT_GE(std::stod(value("process_memory_usage_bytes{kind=\"virtual\",process_id=\"p\"}")), 1e6);
  EXPECT_GE(std::stod(value("process_tasks{process_id=\"p\"}")), 2);
  EXPECT_GT(std::stod(value("process_cpu_time_seconds_total{mode=\"user\",process_id=\"p\"}")), 0);
  end.count_down();
  other.join();
}

TEST_F(ResourceMonitorTest, SamplesAgainAfterTheInterval) {
  std::atomic<int> samples{0};
  const ResourceMonitor monitor(metrics, "p", {.interval = milliseconds(1), .sample = [&] {
                                                 const double number = ++samples;
                                                 return OwnResources{.threads = number,
                                                                     .userSeconds = number / 2};
                                               }});
  while (samples < 3) std::this_thread::yield();
  EXPECT_GE(std::stod(value("process_tasks{process_id=\"p\"}")), 2);
  EXPECT_GE(std::stod(value("process_cpu_time_seconds_total{mode=\"user\",process_id=\"p\"}")), 1);
}

TEST_F(ResourceMonitorTest, StopsLongBeforeTheIntervalEnds) {
  std::atomic<int> samples{0};
  ResourceMonitor monitor(metrics, "p", {.interval = hours(1000), .sample = [&] {
                                           ++samples;
                                           return OwnResources{};
                                         }});
  monitor.stop();  // hangs otherwise
  monitor.stop();
  EXPECT_EQ(samples, 1);
}

TEST_F(ResourceMonitorTest, NeverShowsWhatItCouldNotRead) {
  const ResourceMonitor monitor(metrics, "p",
                                {.interval = hours(1), .sample = [] { return OwnResources{}; }});
  EXPECT_THAT(text(), Not(HasSubstr("process_")));
}

TEST_F(ResourceMonitorTest, RefusesAnIntervalThatCannotBe) {
  EXPECT_THROW(ResourceMonitor(metrics, "p", {.interval = milliseconds(0)}), std::invalid_argument);
  EXPECT_THROW(ResourceMonitor(metrics, "p", {.interval = milliseconds(-1)}),
               std::invalid_argument);
}

}  // namespace orchestrator_exporter
