// Which calls throw and which never do, as docs/library/record.md has it.
#include <gtest/gtest.h>

#include <stdexcept>

#include "metrics/instruments/network_metrics.h"
#include "metrics/instruments/process_metrics.h"
#include "metrics/recording/metrics_collector.h"
#include "tests/support/registry_test.h"

namespace orchestrator_exporter {

using std::chrono::milliseconds;

// Asked of the compiler: a call that could throw would not be noexcept.
template <typename T>
T& any() noexcept;
static_assert(noexcept(any<MetricsCollector>().recordSessionStart("", "")));
static_assert(noexcept(any<MetricsCollector>().recordSessionEnd("", "")));
static_assert(noexcept(any<MetricsCollector>().recordTokenUsage("", "", 0)));
static_assert(noexcept(any<MetricsCollector>().recordMessageLatency("", 0)));
static_assert(noexcept(any<MetricsCollector>().recordToolInvocation("", "", "")));
static_assert(noexcept(any<MetricsCollector>().recordDelegation("", "", "")));
static_assert(noexcept(any<MetricsCollector>().recordError("", "")));
static_assert(noexcept(any<MetricsCollector>().updateNodeLoad("", 0)));
static_assert(noexcept(any<MetricsCollector>().updateBudgetUtilization("", "", 0)));
static_assert(noexcept(any<MetricsCollector>().recordCustomMetric("", 0)));
static_assert(noexcept(any<MetricsCollector>().recordMemoryUsage("", 0)));
static_assert(noexcept(any<MetricsCollector>().recordQueryPerformance("", 0)));
static_assert(noexcept(any<MetricsCollector>().recordTraceOverhead(0, 0)));
static_assert(noexcept(any<MetricsCollector>().apply(any<std::vector<CheckedRecord>>())));
static_assert(noexcept(any<BoundTokens>().add(0)));
static_assert(noexcept(any<BoundLatency>().observe(0)));
static_assert(noexcept(any<BoundSessions>().start()));
static_assert(noexcept(any<BoundSessions>().end()));
static_assert(noexcept(any<BoundToolInvocations>().add()));
static_assert(noexcept(any<BoundDelegations>().add()));
static_assert(noexcept(any<BoundErrors>().add()));
static_assert(noexcept(any<Counter>().add()));
static_assert(noexcept(any<Gauge>().set(0)));
static_assert(noexcept(any<Gauge>().add()));
static_assert(noexcept(any<Histogram>().observe(0)));
static_assert(noexcept(any<Summary>().observe(0)));
static_assert(noexcept(any<ProcessMetrics>().recordMessage("", "", 0)));
static_assert(noexcept(any<ProcessMetrics>().setQueueDepth("", "", 0)));
static_assert(noexcept(any<ProcessMetrics>().recordError("", "")));
static_assert(noexcept(any<NetworkMetrics>().recordLatency("", "", 0)));

class WhatThrows : public RegistryTest {};

TEST_F(WhatThrows, IsAnotherNumberOfValuesThanLabels) {
  const Counters family = registry.counter("a_total", "h", {"a", "b"});
  EXPECT_THROW(family.with({"one"}), std::invalid_argument);
  EXPECT_THROW(family.with({"one", "two", "three"}), std::invalid_argument);
  EXPECT_THROW(family.remove({"one"}), std::invalid_argument);
  EXPECT_NO_THROW(family.with({"one", "two"}).add());
}

TEST_F(WhatThrows, IsAFamilyThatCannotBeOrIsAnother) {
  registry.counter("a_total", "h", {"a"});
  EXPECT_NO_THROW(registry.counter("a_total", "h", {"a"}));
  EXPECT_THROW(registry.counter("a_total", "other", {"a"}), std::invalid_argument);
  EXPECT_THROW(registry.counter("a_total", "h", {"b"}), std::invalid_argument);
  EXPECT_THROW(registry.counter("a_total", "h", {"a"}, {.maxSeries = 1}), std::invalid_argument);
  EXPECT_THROW(registry.gauge("a_total", "h", {"a"}), std::invalid_argument);
  EXPECT_THROW(registry.counter("not legal", "h"), std::invalid_argument);
  EXPECT_THROW(registry.counter("b_total", "h", {"__reserved"}), std::invalid_argument);
  EXPECT_THROW(registry.histogram("c", "h", {.bounds = {2, 1}}), std::invalid_argument);
}

TEST_F(WhatThrows, IsACollectorBesideOtherFamiliesOfItsNames) {
  registry.gauge("orchestrator_errors_total", "of another type");
  EXPECT_THROW(MetricsCollector{registry}, std::invalid_argument);
}

TEST_F(WhatThrows, IsABoundSeriesOrARangeThatCannotBe) {
  MetricsCollector collector(registry);
  EXPECT_THROW(collector.errors("", "e"), std::invalid_argument);
  const auto now = std::chrono::system_clock::now();
  EXPECT_THROW(collector.aggregatedStats("o", now, now), std::invalid_argument);
  EXPECT_THROW(collector.windows("o", now, now - milliseconds(1), std::chrono::minutes(1)),
               std::invalid_argument);
}

TEST_F(WhatThrows, IsNotAHistogramWithoutBoundsNorACounterWithoutTotal) {
  registry.histogram("h", "h", {}).with({}).observe(3);
  registry.counter("jobs", "h").with({}).add();
  EXPECT_EQ(text(),
            "# HELP h h\n# TYPE h histogram\nh_bucket{le=\"+Inf\"} 1\nh_sum 3\nh_count 1\n"
            "# HELP jobs h\n# TYPE jobs counter\njobs 1\n");
}

}  // namespace orchestrator_exporter
