#include "metrics/instruments/process_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>
#include <thread>
#include <vector>

#include "tests/support/manual_clock.h"
#include "tests/support/registry_test.h"

namespace orchestrator_exporter {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

class ProcessMetricsTest : public RegistryTest {
 protected:
  ManualClock clock;
  ProcessMetrics metrics{registry, {.wallClock = clock.wall(), .steadyClock = clock.steady()}};
};

TEST_F(ProcessMetricsTest, FillsEveryFamily) {
  metrics.recordMessage("p", "in", milliseconds(30));
  metrics.recordMessage("p", "in", 0.5);
  metrics.recordProcessing("p", std::chrono::microseconds(500));
  metrics.setQueueDepth("p", "in", 7);
  metrics.changeQueueDepth("p", "in", -2);
  metrics.setMemoryUsage("p", "heap", 4096);
  metrics.setTasks("p", 3);
  metrics.addCpuTime("p", "user", 1.5);
  metrics.addCpuTime("p", "user", 0.25);
  metrics.recordError("p", "timeout");
  clock.advance(seconds(9));
  metrics.recordError("p", "timeout");
  EXPECT_EQ(value("process_messages_total{port=\"in\",process_id=\"p\"}"), "2");
  EXPECT_EQ(value("process_message_latency_seconds_sum{port=\"in\",process_id=\"p\"}"), "0.0305");
  EXPECT_EQ(value("process_message_latency_seconds_bucket{port=\"in\",process_id=\"p\","
                  "le=\"0.0005\"}"),
            "1");
  EXPECT_EQ(value("process_processing_seconds_count{process_id=\"p\"}"), "1");
  EXPECT_EQ(value("process_queue_depth{port=\"in\",process_id=\"p\"}"), "5");
  EXPECT_EQ(value("process_memory_usage_bytes{kind=\"heap\",process_id=\"p\"}"), "4096");
  EXPECT_EQ(value("process_tasks{process_id=\"p\"}"), "3");
  EXPECT_EQ(value("process_cpu_time_seconds_total{mode=\"user\",process_id=\"p\"}"), "1.75");
  EXPECT_EQ(value("process_errors_total{error_type=\"timeout\",process_id=\"p\"}"), "2");
  EXPECT_EQ(
      std::stod(value("process_last_error_timestamp_seconds{error_type=\"timeout\",process_id="
                      "\"p\"}")),
      static_cast<double>(clock.unixSeconds()));
}

TEST_F(ProcessMetricsTest, HasTheBucketsOfTheContract) {
  metrics.recordMessage("p", "in", seconds(20));
  const std::string all = text();
  for (const char* bound : {"0.0005", "0.001", "0.0025", "0.005", "0.01", "0.025", "0.05", "0.1",
                            "0.25", "0.5", "1", "2.5", "5", "10"}) {
    EXPECT_THAT(all,
                HasSubstr("port=\"in\",process_id=\"p\",le=\"" + std::string(bound) + "\"} 0\n"));
  }
}

TEST_F(ProcessMetricsTest, RefusesAndCountsBadValues) {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  metrics.recordMessage("p", "in", milliseconds(-1));
  metrics.recordMessage("p", "", 1);
  metrics.recordMessage("", "in", 1);
  metrics.recordProcessing("p", kNaN);
  metrics.setQueueDepth("p", "in", -1);
  metrics.changeQueueDepth("p", "\xC3", 1);
  metrics.setMemoryUsage("p", "heap", kInfinity);
  metrics.setTasks("p", -1);
  metrics.addCpuTime("p", "user", kNaN);
  metrics.recordError("p", "");
  EXPECT_EQ(rejected("negative"), "3");
  EXPECT_EQ(rejected("not_a_number"), "2");
  EXPECT_EQ(rejected("out_of_range"), "1");
  EXPECT_EQ(rejected("empty_identifier"), "3");
  EXPECT_EQ(rejected("not_utf8"), "1");
  EXPECT_THAT(text(), Not(HasSubstr("process_")));
}

TEST_F(ProcessMetricsTest, LosesNothingOfManyThreads) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, own = std::to_string(i)] {
      for (int message = 0; message < 2000; ++message) {
        metrics.recordMessage("shared", "in", 1);
        metrics.recordMessage(own, "in", 1);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(value("process_messages_total{port=\"in\",process_id=\"shared\"}"), "16000");
  EXPECT_EQ(value("process_message_latency_seconds_count{port=\"in\",process_id=\"7\"}"), "2000");
}

TEST_F(ProcessMetricsTest, StartsAnewAfterARemoval) {
  metrics.setTasks("p", 3);
  const Gauges family =
      registry.gauge("process_tasks", "Threads, fibres or coroutines now running.", {"process_id"},
                     {.maxSeries = 100'000});
  EXPECT_TRUE(family.remove({"p"}));
  EXPECT_EQ(value("process_tasks{process_id=\"p\"}"), "none");
  metrics.setTasks("p", 4);
  EXPECT_EQ(value("process_tasks{process_id=\"p\"}"), "4");
}

class WrappedHandler : public ProcessMetricsTest {
 protected:
  const std::string labels = "{port=\"in\",process_id=\"p\"}";
};

TEST_F(WrappedHandler, IsRecordedAround) {
  auto handler = metrics.wrap("p", "in", [&](int message) {
    clock.advance(milliseconds(250));
    return message * 2;
  });
  EXPECT_EQ(handler(21), 42);
  EXPECT_EQ(value("process_messages_total" + labels), "1");
  EXPECT_EQ(value("process_message_latency_seconds_sum" + labels), "0.25");
  EXPECT_EQ(value("process_processing_seconds_sum{process_id=\"p\"}"), "0.25");
  EXPECT_EQ(value("process_queue_depth" + labels), "none");
}

TEST_F(WrappedHandler, CountsTheWaitOfAMessageThatHasArrived) {
  auto handler = metrics.wrap("p", "in", [&] { clock.advance(milliseconds(250)); });
  Arrival first = handler.arrived();
  Arrival second = handler.arrived();
  EXPECT_EQ(value("process_queue_depth" + labels), "2");
  clock.advance(seconds(1));
  handler.handle(std::move(first));
  EXPECT_EQ(value("process_queue_depth" + labels), "1");
  EXPECT_EQ(value("process_message_latency_seconds_sum" + labels), "1.25");
  EXPECT_EQ(value("process_processing_seconds_sum{process_id=\"p\"}"), "0.25");
  { const Arrival dropped = std::move(second); }
  EXPECT_EQ(value("process_queue_depth" + labels), "0");
  EXPECT_EQ(value("process_messages_total" + labels), "1");
}

TEST_F(WrappedHandler, CountsErrorsByTheTypeOfTheException) {
  auto handler = metrics.wrap("p", "in", [](int kind) {
    if (kind == 0) throw std::out_of_range("x");
    if (kind == 1) throw 7;
  });
  EXPECT_THROW(handler(0), std::out_of_range);
  EXPECT_THROW(handler(0), std::out_of_range);
  EXPECT_THROW(handler(1), int);
  EXPECT_NO_THROW(handler(2));
  EXPECT_EQ(value("process_errors_total{error_type=\"std::out_of_range\",process_id=\"p\"}"), "2");
  EXPECT_EQ(value("process_errors_total{error_type=\"int\",process_id=\"p\"}"), "1");
  EXPECT_EQ(value("process_messages_total" + labels), "4");
}

TEST_F(WrappedHandler, PassesReferencesAndMoveOnlyMessagesOn) {
  int counter = 0;
  auto handler = metrics.wrap("p", "in", [&](std::unique_ptr<int> message) -> int& {
    counter += *message;
    return counter;
  });
  int& result = handler(std::make_unique<int>(5));
  EXPECT_EQ(&result, &counter);
  EXPECT_EQ(counter, 5);
}

TEST_F(WrappedHandler, WorksUnderABadNameToo) {
  auto handler = metrics.wrap("", "in", [] { return 3; });
  EXPECT_EQ(handler(), 3);
  EXPECT_EQ(rejected("empty_identifier"), "2");  // the message, and its processing
}

}  // namespace orchestrator_exporter
