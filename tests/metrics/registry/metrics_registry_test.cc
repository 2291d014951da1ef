#include "metrics/registry/metrics_registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/gauge.h>

#include <limits>

#include "metrics/registry/bucket_bounds.h"
#include "tests/support/expositions.h"
#include "tests/support/manual_clock.h"

namespace orchestrator_exporter {

using testing::HasSubstr;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::string textOf(MetricsRegistry& registry) {
  return exposeText([&](Sink& out) { registry.collect(out); });
}

// The message of the exception that `call` ends with.
template <typename Call>
std::string refusal(Call call) {
  try {
    call();
  } catch (const std::invalid_argument& refused) {
    return refused.what();
  }
  return "not refused";
}

TEST(MetricsRegistry, GivesWhatWasCounted) {
  MetricsRegistry registry;
  const Counters jobs = registry.counter("jobs_total", "Jobs done.", {"queue", "host"});
  jobs.with({"mail", "a"}).add();
  jobs.with({"mail", "a"}).add(2);
  jobs.with({"print", "a"}).add(0.5);
  EXPECT_EQ(textOf(registry), R"(# HELP jobs_total Jobs done.
# TYPE jobs_total counter
jobs_total{host="a",queue="mail"} 3
jobs_total{host="a",queue="print"} 0.5
)");
}

TEST(MetricsRegistry, GivesGaugesWithoutLabels) {
  MetricsRegistry registry;
  const Gauge depth = registry.gauge("depth", "h").with({});
  depth.set(4);
  depth.add(-6);
  EXPECT_THAT(textOf(registry), HasSubstr("\ndepth -2\n"));
  EXPECT_EQ(depth.value(), -2);
}

TEST(MetricsRegistry, GivesHistograms) {
  MetricsRegistry registry;
  const Histogram time =
      registry.histogram("t_seconds", "h", {.bounds = {1, 2}}, {"a"}).with({"b"});
  time.observe(1);
  time.observe(1.5);
  time.observe(9);
  EXPECT_THAT(textOf(registry), HasSubstr(R"(t_seconds_bucket{a="b",le="1"} 1
t_seconds_bucket{a="b",le="2"} 2
t_seconds_bucket{a="b",le="+Inf"} 3
t_seconds_sum{a="b"} 11.5
t_seconds_count{a="b"} 3
)"));
}

TEST(MetricsRegistry, GivesSummaries) {
  MetricsRegistry registry;
  const Summary size = registry.summary("size", "h", {.quantiles = {{0.5, 0.01}}}).with({});
  for (int i = 0; i < 3; ++i) size.observe(2);
  EXPECT_THAT(textOf(registry), HasSubstr("size{quantile=\"0.5\"} 2\nsize_sum 6\nsize_count 3\n"));
}

TEST(MetricsRegistry, EscapesLabelValues) {
  MetricsRegistry registry;
  registry.gauge("g", "h", {"a"}).with({"q\"b\\n\n\xFF"}).set(1);
  EXPECT_THAT(textOf(registry), HasSubstr("g{a=\"q\\\"b\\\\n\\n\xEF\xBF\xBD\"} 1\n"));
}

TEST(MetricsRegistry, TakesValuesThatShowTheSameForOneSeries) {
  MetricsRegistry registry;
  const Counters family = registry.counter("c_total", "h", {"a"});
  family.with({"\xFF"}).add();
  family.with({"\xFE"}).add();
  EXPECT_EQ(family.size(), 1u);
  EXPECT_THAT(textOf(registry), HasSubstr("c_total{a=\"\xEF\xBF\xBD\"} 2\n"));
}

TEST(MetricsRegistry, FindsEachOfManySeriesAgain) {
  MetricsRegistry registry;
  const Counters family = registry.counter("c_total", "h", {"a"});
  for (int round = 1; round <= 2; ++round) {
    for (int i = 0; i < 5000; ++i) {
      const Counter one = family.with({std::to_string(i)});
      one.add();
      ASSERT_EQ(one.value(), round);
    }
    for (int i = 0; i < 5000; i += 7) family.remove({std::to_string(i)});
    for (int i = 0; i < 5000; i += 7) family.with({std::to_string(i)}).add(round);
  }
  EXPECT_EQ(family.size(), 5000u);
}

TEST(MetricsRegistry, GivesTheSameFamilyTwice) {
  MetricsRegistry registry;
  registry.counter("c_total", "h", {"a"}).with({"1"}).add();
  registry.counter("c_total", "h", {"a"}).with({"1"}).add();
  EXPECT_THAT(textOf(registry), HasSubstr("c_total{a=\"1\"} 2\n"));
}

TEST(MetricsRegistry, RefusesANameThatIsTaken) {
  MetricsRegistry registry;
  registry.counter("c_total", "h", {"a"});
  EXPECT_THAT(refusal([&] { registry.gauge("c_total", "h", {"a"}); }),
              HasSubstr("metric 'c_total' is registered already"));
  EXPECT_THAT(refusal([&] { registry.counter("c_total", "h", {"b"}); }), HasSubstr("labels: a"));
  EXPECT_THAT(refusal([&] { registry.counter("c_total", "other", {"a"}); }), HasSubstr("already"));
}

TEST(MetricsRegistry, RefusesBadNames) {
  MetricsRegistry registry;
  EXPECT_EQ(refusal([&] { registry.counter("1a", "h"); }),
            "metric name '1a': expected letters, digits, underscores and colons");
  EXPECT_EQ(refusal([&] { registry.counter("", "h"); }),
            "metric name '': expected letters, digits, underscores and colons");
  EXPECT_EQ(refusal([&] { registry.gauge("g", "h", {"a:b"}); }),
            "label name 'a:b': expected letters, digits and underscores");
  EXPECT_EQ(refusal([&] { registry.gauge("g", "h", {"__a"}); }),
            "label name '__a': names that begin with __ belong to Prometheus");
  EXPECT_EQ(refusal([&] {
              registry.gauge("g", "h", {"a", "b", "a"});
            }),
            "label name 'a' is given twice");
  EXPECT_EQ(refusal([&] { registry.histogram("g", "h", {.bounds = {1}}, {"le"}); }),
            "label name 'le': the exposition adds this label itself");
  EXPECT_EQ(refusal([&] { registry.gauge("g_bytes", "h", {}, {.unit = "seconds"}); }),
            "metric name 'g_bytes' does not end in its unit 'seconds'");
}

TEST(MetricsRegistry, RefusesAnotherNumberOfValuesThanOfLabels) {
  MetricsRegistry registry;
  const Gauges family = registry.gauge("g", "h", {"a", "b"});
  EXPECT_EQ(refusal([&] { family.with({"1"}); }), "expected 2 label values, got 1");
}

TEST(MetricsRegistry, RefusesBoundsThatDoNotAscend) {
  MetricsRegistry registry;
  EXPECT_THAT(refusal([&] {
                registry.histogram("h", "h", {.bounds = {1, 1}});
              }),
              HasSubstr("above the one"));
  EXPECT_THAT(refusal([&] { registry.histogram("h", "h", {.bounds = {kNaN}}); }),
              HasSubstr("finite"));
  EXPECT_THAT(refusal([&] {
                registry.histogram("h", "h", {.bounds = {1, kInfinity}});
              }),
              HasSubstr("finite"));
  EXPECT_THAT(refusal([&] {
                registry.summary("s", "h", {.quantiles = {{2, 0.1}}});
              }),
              HasSubstr("from 0 to 1"));
}

TEST(MetricsRegistry, CountsValuesThatMakeNoSense) {
  MetricsRegistry registry;
  const Counter counter = registry.counter("c_total", "h").with({});
  counter.add(-1);
  counter.add(kNaN);
  counter.add(kInfinity);
  registry.histogram("t", "h", {.bounds = {1}}).with({}).observe(kNaN);
  const std::string text = textOf(registry);
  EXPECT_THAT(text, HasSubstr("\nc_total 0\n"));
  EXPECT_THAT(text, HasSubstr("t_count 0\n"));
  EXPECT_THAT(text, HasSubstr("metrics_registry_rejected_values_total{family=\"c_total\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("metrics_registry_rejected_values_total{family=\"t\"} 1\n"));
}

TEST(MetricsRegistry, SendsWhatIsOverTheCapToOneSeries) {
  MetricsRegistry registry;
  const Counters family = registry.counter("c_total", "h", {"a", "b"}, {.maxSeries = 2});
  for (int i = 0; i < 5; ++i) family.with({std::to_string(i), "x"}).add();
  family.with({"0", "x"}).add();
  EXPECT_EQ(textOf(registry),
            R"(# HELP c_total h
# TYPE c_total counter
c_total{a="0",b="x"} 2
c_total{a="1",b="x"} 1
c_total{a="overflow",b="overflow"} 3
# HELP metrics_registry_overflows_total )"
            R"(Requests for a new series that went to the overflow series of a full family.
# TYPE metrics_registry_overflows_total counter
metrics_registry_overflows_total{family="c_total"} 3
)");
}

TEST(MetricsRegistry, ServesFamiliesThatOthersRegistered) {
  auto theirs = std::make_shared<prometheus::Registry>();
  auto& family = prometheus::BuildGauge().Name("theirs").Help("h").Register(*theirs);
  family.Add({{"a", "b"}}).Set(7);
  MetricsRegistry registry({.prometheusRegistry = theirs});
  registry.gauge("ours", "h").with({}).set(1);
  const std::string text = textOf(registry);
  EXPECT_THAT(text, HasSubstr("theirs{a=\"b\"} 7\n"));
  EXPECT_THAT(text, HasSubstr("ours 1\n"));
}

TEST(MetricsRegistry, TellsWhenSeriesBegan) {
  ManualClock clock;
  MetricsRegistry registry({.wallClock = clock.wall()});
  registry.counter("c_total", "h").with({}).add();
  EXPECT_THAT(expose({.format = Format::kOpenMetrics100, .openMetricsCreated = true},
                     [&](Sink& out) { registry.collect(out); }),
              HasSubstr("c_created " + std::to_string(clock.unixSeconds()) + "\n"));
}

TEST(MetricsRegistry, ShowsTheLatestExemplarOfACounter) {
  MetricsRegistry registry;
  const Counter jobs = registry.counter("jobs_total", "h", {}).with({});
  const auto page = [&] {
    return expose({.format = Format::kOpenMetrics100}, [&](Sink& out) { registry.collect(out); });
  };
  jobs.add(1, {}, 0);
  EXPECT_THAT(page(), HasSubstr("jobs_total 1\n"));
  for (const std::string_view id : {"a", "b"}) {
    const Label trace[] = {{"trace_id", id}};
    jobs.add(2, trace, 100);
  }
  EXPECT_THAT(page(), HasSubstr("jobs_total 5 # {trace_id=\"b\"} 2 100\n"));
}

TEST(MetricsRegistry, ShowsTheLatestExemplarOfEachBucket) {
  MetricsRegistry registry;
  const Histogram time =
      registry.histogram("t", "h", {.bounds = {1, 2}, .exemplars = true}).with({});
  for (const std::string id : {"old", "new"}) {
    const Label label{"trace_id", id};
    time.observe(1.5, {&label, 1}, 100);
  }
  EXPECT_THAT(
      expose({.format = Format::kOpenMetrics100}, [&](Sink& out) { registry.collect(out); }),
      HasSubstr(R"(t_bucket{le="1.0"} 0
t_bucket{le="2.0"} 2 # {trace_id="new"} 1.5 100
t_bucket{le="+Inf"} 2
)"));
}

TEST(MetricsRegistry, RunsHooksForAsLongAsTheyAreHeld) {
  MetricsRegistry registry;
  int calls = 0;
  std::shared_ptr<void> hook = registry.beforeCollection([&calls] { ++calls; });
  textOf(registry);
  registry.Collect();
  hook.reset();
  textOf(registry);
  EXPECT_EQ(calls, 2);
}

TEST(MetricsRegistry, IsACollectable) {
  MetricsRegistry registry;
  registry.counter("c_total", "line\nbreak", {"a"}).with({"b\n"}).add(2);
  const auto families = registry.Collect();
  ASSERT_EQ(families.size(), 1u);
  EXPECT_EQ(families[0].name, "c_total");
  EXPECT_EQ(families[0].help, "line\\nbreak");
  EXPECT_EQ(families[0].type, prometheus::MetricType::Counter);
  ASSERT_EQ(families[0].metric.size(), 1u);
  EXPECT_EQ(families[0].metric[0].counter.value, 2);
  EXPECT_EQ(families[0].metric[0].label[0].value, "b\n");
}

TEST(BucketBounds, ComeInRows) {
  EXPECT_EQ(linearBounds(1, 0.5, 3), (std::vector<double>{1, 1.5, 2}));
  EXPECT_EQ(exponentialBounds(0.5, 2, 4), (std::vector<double>{0.5, 1, 2, 4}));
}

TEST(BucketBounds, RefuseRowsThatDoNotAscend) {
  EXPECT_THROW(linearBounds(1, 0, 3), std::invalid_argument);
  EXPECT_THROW(linearBounds(1, 1, 0), std::invalid_argument);
  EXPECT_THROW(exponentialBounds(0, 2, 3), std::invalid_argument);
  EXPECT_THROW(exponentialBounds(1, 1, 3), std::invalid_argument);
}

}  // namespace orchestrator_exporter
