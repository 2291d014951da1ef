// What parts of a program record of themselves through a MetricsCollector.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "metrics/instruments/database_metrics.h"
#include "metrics/recording/metrics_collector.h"
#include "tests/support/registry_test.h"

namespace orchestrator_exporter {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

class ComponentRecords : public RegistryTest, public testing::WithParamInterface<bool> {
 protected:
  MetricsCollector collector{registry, {.enableBatching = GetParam()}};
};

INSTANTIATE_TEST_SUITE_P(Batching, ComponentRecords, testing::Bool(),
                         [](const auto& batching) { return batching.param ? "On" : "Off"; });

TEST_P(ComponentRecords, SetMetricsOfAnyNameAndSign) {
  collector.recordCustomMetric("drift", -2.5, "ms");
  collector.recordCustomMetric("drift", -3, "ms");
  collector.recordCustomMetric("ratio", 0.5);
  EXPECT_EQ(value("custom_metric{name=\"drift\",unit=\"ms\"}"), "-3");
  EXPECT_EQ(value("custom_metric{name=\"ratio\",unit=\"1\"}"), "0.5");
}

TEST_P(ComponentRecords, SetTheMemoryOfAComponent) {
  collector.recordMemoryUsage("cache", 4096);
  EXPECT_EQ(value("component_memory_bytes{component=\"cache\"}"), "4096");
}

TEST_P(ComponentRecords, CountQueriesTheirTimeAndTheirRows) {
  collector.recordQueryPerformance("select", milliseconds(1500), 20);
  collector.recordQueryPerformance("select", 500, 1);
  const std::string labels = "{database=\"\",operation=\"select\",table=\"\"}";
  EXPECT_EQ(value("db_query_duration_seconds_sum" + labels), "2");
  EXPECT_EQ(value("db_query_duration_seconds_count" + labels), "2");
  EXPECT_EQ(value("db_queries_total" + labels), "2");
  EXPECT_EQ(value("db_rows_total" + labels), "21");
}

TEST_P(ComponentRecords, CountTracesTheirTimeAndTheirEvents) {
  collector.recordTraceOverhead(milliseconds(3), 7);
  collector.recordTraceOverhead(milliseconds(5), 2);
  EXPECT_EQ(value("trace_collection_duration_seconds_sum"), "0.008");
  EXPECT_EQ(value("trace_events_total"), "9");
}

TEST_P(ComponentRecords, ShareTheFamiliesOfDatabaseMetrics) {
  DatabaseMetrics before(registry, "orders");
  collector.recordQueryPerformance("select", 100);
  const DatabaseMetrics after(registry, "stock");
  before.record("select", "customers", milliseconds(250));
  EXPECT_EQ(value("db_queries_total{database=\"\",operation=\"select\",table=\"\"}"), "1");
  EXPECT_EQ(value("db_queries_total{database=\"orders\",operation=\"select\",table=\"customers\"}"),
            "1");
}

TEST_P(ComponentRecords, LeaveTheirNamesToOthersUntilTheFirstRecord) {
  EXPECT_THAT(text(), Not(HasSubstr("custom_metric")));
  registry.counter("custom_metric", "of a program's own", {"x"});
  collector.recordCustomMetric("drift", 1);
  EXPECT_EQ(collector.apply(std::vector<Record>{
                {.type = RecordType::kCustomMetric, .texts = {"drift", "ms"}, .number = 1},
                {.type = RecordType::kMemoryUsage, .texts = {"cache"}, .number = 1}}),
            1u);
  EXPECT_EQ(rejected("name_taken"), "2");
  EXPECT_EQ(value("component_memory_bytes{component=\"cache\"}"), "1");
}

TEST(ComponentRecordsAlone, MayComeAfterTheEndOfTheRegistry) {
  auto registry = std::make_unique<MetricsRegistry>();
  MetricsCollector collector(*registry);
  registry.reset();
  collector.recordMemoryUsage("cache", 1);
  EXPECT_EQ(collector.apply(std::vector<Record>{
                {.type = RecordType::kMemoryUsage, .texts = {"cache"}, .number = 1}}),
            0u);
}

}  // namespace orchestrator_exporter
