// Requests of HTTP servers and queries to databases.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>
#include <vector>

#include "metrics/instruments/database_metrics.h"
#include "metrics/instruments/http_request_metrics.h"
#include "tests/support/manual_clock.h"
#include "tests/support/registry_test.h"

namespace orchestrator_exporter {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using testing::HasSubstr;
using testing::Not;

class HttpRequestMetricsTest : public RegistryTest {
 protected:
  ManualClock clock;
  HttpRequestMetrics metrics{registry, {.steadyClock = clock.steady()}};
};

TEST_F(HttpRequestMetricsTest, RecordsMethodRouteAndStatus) {
  metrics.record("GET", "/orders/{id}", 200, milliseconds(2));
  metrics.record("GET", "/orders/{id}", 404, milliseconds(500));
  EXPECT_EQ(value("http_request_duration_seconds_sum{method=\"GET\",route=\"/orders/{id}\",status="
                  "\"200\"}"),
            "0.002");
  EXPECT_EQ(value("http_request_duration_seconds_bucket{method=\"GET\",route=\"/orders/{id}\","
                  "status=\"404\",le=\"0.5\"}"),
            "1");
}

TEST_F(HttpRequestMetricsTest, KeepsInventedMethodsTogether) {
  for (const char* method : {"BREW", "get", ""}) metrics.record(method, "/", 405, milliseconds(1));
  EXPECT_EQ(
      value("http_request_duration_seconds_count{method=\"other\",route=\"/\",status=\"405\"}"),
      "3");
}

TEST_F(HttpRequestMetricsTest, TimesARequestUntilItsEnd) {
  {
    auto request = metrics.begin("POST", "/orders");
    clock.advance(milliseconds(250));
    auto moved = std::move(request);
    moved.end(201);
    moved.end(500);
  }
  EXPECT_EQ(
      value("http_request_duration_seconds_sum{method=\"POST\",route=\"/orders\",status=\"201\"}"),
      "0.25");
  EXPECT_THAT(text(), Not(HasSubstr("status=\"500\"")));
}

TEST_F(HttpRequestMetricsTest, CountsARequestThatAnExceptionEnded) {
  const auto fail = [this] {
    const auto request = metrics.begin("GET", "/orders");
    throw std::runtime_error("x");
  };
  EXPECT_THROW(fail(), std::runtime_error);
  EXPECT_EQ(
      value("http_request_duration_seconds_count{method=\"GET\",route=\"/orders\",status=\"500\"}"),
      "1");
}

TEST_F(HttpRequestMetricsTest, RefusesAndCountsBadValues) {
  metrics.record("GET", "/", 99, milliseconds(1));
  metrics.record("GET", "/", 600, milliseconds(1));
  metrics.record("GET", "", 200, milliseconds(1));
  metrics.record("GET", "/\xFF", 200, milliseconds(1));
  metrics.record("GET", "/", 200, milliseconds(-1));
  EXPECT_EQ(rejected("out_of_range"), "2");
  EXPECT_EQ(rejected("empty_identifier"), "1");
  EXPECT_EQ(rejected("not_utf8"), "1");
  EXPECT_EQ(rejected("negative"), "1");
  EXPECT_THAT(text(), Not(HasSubstr("http_")));
}

class DatabaseMetricsTest : public RegistryTest {
 protected:
  DatabaseMetricsOptions timed() { return {.steadyClock = clock.steady()}; }

  ManualClock clock;
  const std::string labels = "{database=\"shop\",operation=\"select\",table=\"orders\"}";
};

TEST_F(DatabaseMetricsTest, TimesAQuery) {
  DatabaseMetrics metrics(registry, "shop", timed());
  EXPECT_EQ(metrics.query("select", "orders",
                          [&] {
                            clock.advance(milliseconds(250));
                            return 7;
                          }),
            7);
  metrics.record("select", "orders", milliseconds(500));
  EXPECT_EQ(value("db_query_duration_seconds_sum" + labels), "0.75");
  EXPECT_EQ(value("db_query_duration_seconds_bucket{database=\"shop\",operation=\"select\",table="
                  "\"orders\",le=\"0.25\"}"),
            "1");
  EXPECT_EQ(value("db_queries_total" + labels), "2");
}

TEST_F(DatabaseMetricsTest, CountsErrorsByTheTypeOfTheException) {
  DatabaseMetrics metrics(registry, "shop", timed());
  EXPECT_THROW(metrics.query("select", "orders", [] { throw std::out_of_range("x"); }),
               std::out_of_range);
  EXPECT_EQ(value("db_query_errors_total{database=\"shop\",error_type=\"std::out_of_range\","
                  "operation=\"select\",table=\"orders\"}"),
            "1");
  EXPECT_EQ(value("db_query_duration_seconds_count" + labels), "1");
}

TEST_F(DatabaseMetricsTest, CountsWhatItsCacheHad) {
  DatabaseMetrics metrics(registry, "shop");
  metrics.recordCache(true);
  metrics.recordCache(true);
  metrics.recordCache(false);
  EXPECT_EQ(value("db_cache_requests_total{database=\"shop\",result=\"hit\"}"), "2");
  EXPECT_EQ(value("db_cache_requests_total{database=\"shop\",result=\"miss\"}"), "1");
}

TEST_F(DatabaseMetricsTest, TimesTheShareThatItIsTold) {
  DatabaseMetricsOptions options = timed();
  options.samplingRate = 0.25;
  int number = 0;
  options.random = [&] { return (number++ % 8) / 8.0; };
  DatabaseMetrics metrics(registry, "shop", options);
  for (int i = 0; i < 80; ++i) metrics.query("select", "orders", [] {});
  EXPECT_EQ(value("db_queries_total" + labels), "80");
  EXPECT_EQ(value("db_query_duration_seconds_count" + labels), "20");
  EXPECT_EQ(metrics.sample("select", "orders").seen, 20u);
}

TEST_F(DatabaseMetricsTest, TimesAboutThatShareByItsOwnChance) {
  DatabaseMetrics metrics(registry, "shop", {.samplingRate = 0.5});
  for (int i = 0; i < 10'000; ++i) metrics.query("select", "orders", [] {});
  // Twenty standard deviations.
  EXPECT_NEAR(static_cast<double>(metrics.sample("select", "orders").seen), 5000, 1000);
}

TEST_F(DatabaseMetricsTest, KeepsASampleOfItsTimes) {
  DatabaseMetricsOptions options = timed();
  options.reservoirSize = 10;
  DatabaseMetrics metrics(registry, "shop", options);
  for (int i = 1; i <= 10; ++i) metrics.record("select", "orders", milliseconds(i));
  const ReservoirSnapshot all = metrics.sample("select", "orders");
  EXPECT_EQ(all.values.size(), 10u);
  EXPECT_DOUBLE_EQ(all.quantile(0.5), 0.005);
  EXPECT_DOUBLE_EQ(all.quantile(0.91), 0.01);
  EXPECT_DOUBLE_EQ(all.quantile(0), 0.001);
  for (int i = 0; i < 1000; ++i) metrics.record("select", "orders", milliseconds(50));
  const ReservoirSnapshot later = metrics.sample("select", "orders");
  EXPECT_EQ(later.seen, 1010u);
  EXPECT_EQ(later.values.size(), 10u);
  EXPECT_EQ(metrics.sample("select", "nothing").values.size(), 0u);
}

TEST_F(DatabaseMetricsTest, KeepsNoMoreSamplesThanSeries) {
  DatabaseMetricsOptions options = timed();
  options.families.maxSeries = 2;
  DatabaseMetrics metrics(registry, "shop", options);
  for (const char* table : {"a", "b", "c"}) metrics.record("select", table, milliseconds(1));
  EXPECT_EQ(metrics.sample("select", "b").seen, 1u);
  EXPECT_EQ(metrics.sample("select", "c").seen, 0u);
  EXPECT_EQ(value("db_queries_total{database=\"overflow\",operation=\"overflow\",table=\"overflow"
                  "\"}"),
            "1");
}

TEST_F(DatabaseMetricsTest, RefusesAndCountsBadValues) {
  DatabaseMetrics metrics(registry, "shop", timed());
  metrics.record("select", "orders", nanoseconds(-1));
  metrics.record("", "orders", milliseconds(1));
  metrics.query("select", "\xFF", [] {});
  EXPECT_EQ(rejected("negative"), "1");
  EXPECT_EQ(rejected("empty_identifier"), "1");
  EXPECT_EQ(rejected("not_utf8"), "1");
  EXPECT_THAT(text(), Not(HasSubstr("db_")));
}

TEST_F(DatabaseMetricsTest, RefusesOptionsThatCannotBe) {
  for (const double rate : {0.0, -1.0, 1.1, std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_THROW(DatabaseMetrics(registry, "shop", {.samplingRate = rate}), std::invalid_argument);
  }
  EXPECT_THROW(DatabaseMetrics(registry, ""), std::invalid_argument);
  EXPECT_THROW(DatabaseMetrics(registry, "\xFF"), std::invalid_argument);
  EXPECT_THROW(Reservoir(0), std::invalid_argument);
}

TEST(Reservoir, GivesEachValueTheSameChance) {
  constexpr int kRounds = 4000;
  std::vector<int> kept(20);
  for (int round = 0; round < kRounds; ++round) {
    Reservoir reservoir(5, static_cast<std::uint64_t>(round));
    for (int i = 0; i < 20; ++i) reservoir.add(i);
    for (const double value : reservoir.snapshot().values) ++kept[static_cast<std::size_t>(value)];
  }
  // A quarter of the rounds each; 27 is one standard deviation.
  for (const int times : kept) EXPECT_NEAR(times, kRounds / 4, 27 * 6);
}

}  // namespace orchestrator_exporter
