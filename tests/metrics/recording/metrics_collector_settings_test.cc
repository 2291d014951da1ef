// How a collector is configured, what it outlives, and the functions that it times.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <thread>

#include "metrics/recording/metrics_collector.h"
#include "tests/support/manual_clock.h"
#include "tests/support/registry_test.h"

namespace orchestrator_exporter {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

class MetricsCollectorTest : public RegistryTest {};

TEST_F(MetricsCollectorTest, RefusesConfigurationsThatCannotBe) {
  const auto refused = [this](const MetricsCollectorConfig& config) -> std::string {
    try {
      MetricsCollector collector(registry, config);
    } catch (const std::invalid_argument& error) {
      return error.what();
    }
    return "not refused";
  };
  EXPECT_EQ(refused({.batchFlushInterval = milliseconds(0)}),
            "MetricsCollectorConfig: batchFlushInterval: expected a number above 0, got 0");
  EXPECT_THAT(refused({.batchFlushInterval = milliseconds(-5)}), HasSubstr("got -5"));
  EXPECT_THAT(refused({.maxBatchSize = 0}), HasSubstr("maxBatchSize"));
  EXPECT_THAT(refused({.enableBatching = false, .maxBatchSize = -1}), HasSubstr("got -1"));
  EXPECT_THAT(refused({.statisticsRetention = std::chrono::minutes(0)}), HasSubstr("Retention"));
  EXPECT_THAT(refused({.maxOrchestrators = 0}), HasSubstr("maxOrchestrators"));
}

TEST_F(MetricsCollectorTest, AppliesAFullQueueAtOnce) {
  MetricsCollector collector(registry,
                             {.batchFlushInterval = std::chrono::hours(1), .maxBatchSize = 3});
  const Counter errors = registry
                             .counter("orchestrator_errors_total", "Errors by type.",
                                      {"orchestrator_id", "error_type"}, {.maxSeries = 100'000})
                             .with({"o", "e"});
  collector.recordError("o", "e");
  collector.recordError("o", "e");
  EXPECT_EQ(errors.value(), 0);
  collector.recordError("o", "e");
  EXPECT_EQ(errors.value(), 3);
}

TEST_F(MetricsCollectorTest, AppliesAQueueAfterTheInterval) {
  MetricsCollector collector(registry, {.batchFlushInterval = milliseconds(1)});
  const Counter errors = registry
                             .counter("orchestrator_errors_total", "Errors by type.",
                                      {"orchestrator_id", "error_type"}, {.maxSeries = 100'000})
                             .with({"o", "e"});
  collector.recordError("o", "e");
  while (errors.value() == 0) std::this_thread::yield();
  EXPECT_EQ(errors.value(), 1);
}

TEST_F(MetricsCollectorTest, KeepsTraceIdsAsExemplars) {
  MetricsCollector collector(registry);
  collector.recordMessageLatency("o", milliseconds(700), "4bf92f35");
  collector.recordMessageLatency("o", milliseconds(800), std::string(200, 'x'));
  collector.recordMessageLatency("o", milliseconds(800), "\xFF");
  EXPECT_THAT(
      expose({.format = Format::kOpenMetrics100}, [this](Sink& out) { registry.collect(out); }),
      HasSubstr("le=\"1.0\"} 3 # {trace_id=\"4bf92f35\"} 0.7 "));
}

TEST_F(MetricsCollectorTest, CountsNativeBucketsOnRequest) {
  MetricsCollector collector(registry, {.nativeLatencyBuckets = true});
  collector.recordMessageLatency("o", milliseconds(700));
  collector.recordMessageLatency("o", milliseconds(800), "id");
  EXPECT_EQ(value("orchestrator_message_latency_seconds_count{orchestrator_id=\"o\"}"), "2");
  EXPECT_NE(expose({.format = Format::kProtobuf, .nativeHistograms = true},
                   [this](Sink& out) { registry.collect(out); }),
            expose({.format = Format::kProtobuf}, [this](Sink& out) { registry.collect(out); }));
}

TEST_F(MetricsCollectorTest, SendsFurtherSeriesToOneWhenAFamilyIsFull) {
  MetricsCollector collector(registry, {.maxSeriesPerFamily = 2});
  for (int i = 0; i < 5; ++i) {
    collector.recordSessionStart("o" + std::to_string(i), "t");
    collector.recordTokenUsage("o" + std::to_string(i), "m", 10);
  }
  for (int i = 0; i < 5; ++i) collector.recordSessionEnd("o" + std::to_string(i), "t");
  EXPECT_EQ(
      value("orchestrator_tokens_used_total{model=\"overflow\",orchestrator_id=\"overflow\"}"),
      "30");
  EXPECT_EQ(value("orchestrator_sessions_active{orchestrator_id=\"overflow\",session_type="
                  "\"overflow\"}"),
            "0");
  EXPECT_EQ(rejected("end_without_start"), "none");
}

TEST_F(MetricsCollectorTest, LogsRecordsAndFlushesWhenDebugging) {
  std::vector<std::string> lines;
  MetricsCollector collector(
      registry, {.enableBatching = false, .debug = true, .log = [&](std::string_view line) {
                   lines.emplace_back(line);
                 }});
  collector.recordTokenUsage("o", "m", 2.5);
  collector.recordTokenUsage("o", "m", -1);
  collector.flush();
  EXPECT_EQ(lines,
            (std::vector<std::string>{"record token_usage orchestrator_id=o model=m tokens=2.5",
                                      "rejected token_usage: negative", "flushed 1 queues"}));
}

TEST_F(MetricsCollectorTest, ServesTwoCollectorsOnOneThread) {
  MetricsRegistry second;
  MetricsCollector a(registry);
  MetricsCollector b(second);
  for (int i = 0; i < 3; ++i) {
    a.recordError("o", "e");
    b.recordError("o", "e");
  }
  EXPECT_EQ(a.aggregatedStats("o").errors, 3u);
  EXPECT_EQ(b.aggregatedStats("o").errors, 3u);
}

TEST_F(MetricsCollectorTest, MayOutliveItsRegistry) {
  auto own = std::make_unique<MetricsRegistry>();
  MetricsCollector collector(*own);
  const BoundTokens tokens = collector.tokenUsage("o", "m");
  own.reset();
  tokens.add(1);
  collector.recordError("o", "e");
  collector.close();
}

TEST_F(MetricsCollectorTest, LetsBoundSeriesOutliveIt) {
  auto collector = std::make_unique<MetricsCollector>(registry);
  const BoundTokens tokens = collector->tokenUsage("o", "m");
  tokens.add(2);
  collector.reset();
  tokens.add(3);
  EXPECT_EQ(value("orchestrator_tokens_used_total{model=\"m\",orchestrator_id=\"o\"}"), "2");
  EXPECT_EQ(rejected("closed"), "1");
}

TEST_F(MetricsCollectorTest, RefusesToBindBadIdentifiers) {
  MetricsCollector collector(registry);
  EXPECT_THROW(collector.tokenUsage("", "m"), std::invalid_argument);
  EXPECT_THROW(collector.toolInvocations("o", "t", "maybe"), std::invalid_argument);
}

class Timing : public MetricsCollectorTest {
 protected:
  ManualClock clock;
  MetricsCollector collector{registry, {.steadyClock = clock.steady()}};
  const std::string sum = "orchestrator_message_latency_seconds_sum{orchestrator_id=\"o\"}";
};

TEST_F(Timing, MeasuresOnce) {
  Timer timer = collector.startTimer();
  clock.advance(milliseconds(5));
  EXPECT_EQ(timer.stop(), milliseconds(5));
  EXPECT_THROW(timer.stop(), std::logic_error);
  collector.startTimer();  // dropped, and nothing happens
  EXPECT_THAT(text(), Not(HasSubstr("latency")));
}

TEST_F(Timing, ReturnsWhatTheFunctionReturns) {
  collector.withMetrics([&] { clock.advance(milliseconds(250)); }, "o");
  EXPECT_EQ(value(sum), "0.25");
  EXPECT_EQ(collector.withMetrics([] { return 7; }, "o"), 7);
  int number = 0;
  int& reference = collector.withMetrics([&]() -> int& { return number; }, "o");
  EXPECT_EQ(&reference, &number);
  const std::unique_ptr<int> moved =
      collector.withMetrics([] { return std::make_unique<int>(3); }, "o");
  EXPECT_EQ(*moved, 3);
  EXPECT_EQ(value("orchestrator_message_latency_seconds_count{orchestrator_id=\"o\"}"), "4");
}

TEST_F(Timing, RecordsAnErrorAndLetsTheExceptionGo) {
  EXPECT_THROW(collector.withMetrics([]() -> int { throw std::out_of_range("x"); }, "o"),
               std::out_of_range);
  EXPECT_EQ(value("orchestrator_errors_total{error_type=\"function_execution_error\","
                  "orchestrator_id=\"o\"}"),
            "1");
  EXPECT_EQ(value(sum), "none");
}

TEST_F(Timing, TellsAnExceptionFromOneThatIsAlreadyUnderWay) {
  struct Cleanup {
    MetricsCollector& measured;
    ManualClock& time;
    ~Cleanup() {
      measured.withMetrics([this] { time.advance(milliseconds(500)); }, "o");
    }
  };
  const auto fail = [this] {
    const Cleanup cleanup{collector, clock};
    throw std::runtime_error("x");
  };
  EXPECT_THROW(fail(), std::runtime_error);
  EXPECT_EQ(value(sum), "0.5");
}

}  // namespace orchestrator_exporter
