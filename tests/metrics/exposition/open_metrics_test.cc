#include <gtest/gtest.h>

#include "tests/support/expositions.h"

namespace orchestrator_exporter {

std::string openMetrics(const std::function<void(Sink&)>& give, bool created = false) {
  return expose({.format = Format::kOpenMetrics100, .openMetricsCreated = created}, give);
}

TEST(OpenMetrics, KnowsACounterWithoutTotal) {
  EXPECT_EQ(openMetrics([](Sink& out) { out.counter("a_total", "h").add(1); }),
            "# TYPE a counter\n# HELP a h\na_total 1\n# EOF\n");
}

TEST(OpenMetrics, ShowsACounterWithoutTotalAsUnknownUnderItsName) {
  const Exemplar exemplar{.value = 1, .timestamp = 2};
  EXPECT_EQ(openMetrics(
                [&](Sink& out) {
                  out.counter("backup_runs", "h")
                      .add(5, std::span<const Label>{}, {.exemplar = &exemplar, .created = 3});
                },
                true),
            "# TYPE backup_runs unknown\n# HELP backup_runs h\nbackup_runs 5\n# EOF\n");
}

TEST(OpenMetrics, ShowsAnInfoWithoutItsSuffixAsUnknownUnderItsName) {
  EXPECT_EQ(openMetrics([](Sink& out) {
              out.info("version", "h").add(1, {{"v", "1"}});
            }),
            "# TYPE version unknown\n# HELP version h\nversion{v=\"1\"} 1\n# EOF\n");
}

TEST(OpenMetrics, ShowsACounterThatEndsInTwoTotalsAsUnknown) {
  const Exemplar exemplar{.value = 1, .timestamp = 2};
  EXPECT_EQ(openMetrics(
                [&](Sink& out) {
                  out.counter("node_lnstat_gc_total_total", "h")
                      .add(1, std::span<const Label>{}, {.exemplar = &exemplar, .created = 3});
                },
                true),
            "# TYPE node_lnstat_gc_total_total unknown\n# HELP node_lnstat_gc_total_total h\n"
            "node_lnstat_gc_total_total 1\n# EOF\n");
}

TEST(OpenMetrics, WritesUnitsThatEndTheName) {
  EXPECT_EQ(openMetrics([](Sink& out) {
              out.counter("a_seconds_total", "h", "seconds").add(1);
              out.gauge("b", "h", "bytes").add(1);
            }),
            "# TYPE a_seconds counter\n# UNIT a_seconds seconds\n# HELP a_seconds h\n"
            "a_seconds_total 1\n"
            "# TYPE b gauge\n# HELP b h\nb 1\n# EOF\n");
}

TEST(OpenMetrics, EscapesQuotesInHelp) {
  EXPECT_EQ(openMetrics([](Sink& out) { out.gauge("a", "a \"b\"").add(1); }),
            "# TYPE a gauge\n# HELP a a \\\"b\\\"\na 1\n# EOF\n");
}

TEST(OpenMetrics, WritesInfoStateSetAndUnknown) {
  EXPECT_EQ(openMetrics([](Sink& out) {
              out.info("a_info", "h").add(1, {{"v", "1"}});
              out.stateSet("b", "h").add(0, {{"b", "on"}});
              out.untyped("c", "h").add(2);
            }),
            "# TYPE a info\n# HELP a h\na_info{v=\"1\"} 1\n"
            "# TYPE b stateset\n# HELP b h\nb{b=\"on\"} 0\n"
            "# TYPE c unknown\n# HELP c h\nc 2\n# EOF\n");
}

TEST(OpenMetrics, WritesCreatedTimesOnRequest) {
  const auto give = [](Sink& out) {
    const Label labels[] = {{"x", "y"}};
    out.counter("a_total", "h").add(1, labels, {.created = 1700000000.5});
  };
  EXPECT_EQ(openMetrics(give, true),
            "# TYPE a counter\n# HELP a h\na_total{x=\"y\"} 1\na_created{x=\"y\"} 1700000000.5\n"
            "# EOF\n");
  EXPECT_EQ(openMetrics(give, false), "# TYPE a counter\n# HELP a h\na_total{x=\"y\"} 1\n# EOF\n");
}

TEST(OpenMetrics, WritesExemplarsOfCountersAndBuckets) {
  const Label trace[] = {{"trace_id", "abc"}};
  const Exemplar exemplar{trace, 0.5, 1700000000.25};
  const Bucket buckets[] = {{1, 1, &exemplar}};
  EXPECT_EQ(openMetrics([&](Sink& out) {
              out.counter("a_total", "h").add(1, std::span<const Label>{}, {.exemplar = &exemplar});
              out.histogram("h", "h").add({.buckets = buckets, .count = 1, .sum = 0.5});
            }),
            "# TYPE a counter\n# HELP a h\n"
            "a_total 1 # {trace_id=\"abc\"} 0.5 1700000000.25\n"
            "# TYPE h histogram\n# HELP h h\n"
            "h_bucket{le=\"1.0\"} 1 # {trace_id=\"abc\"} 0.5 1700000000.25\n"
            "h_bucket{le=\"+Inf\"} 1\nh_sum 0.5\nh_count 1\n# EOF\n");
}

TEST(OpenMetrics, LeavesOutExemplarsThatAreTooLongOrOutsideTheirBucket) {
  const std::string longText(125, 'x');
  const Label tooLong[] = {{"trace", longText}};
  const Label fine[] = {{"trace", "x"}};
  const Exemplar first{tooLong, 0.5, 0};
  const Exemplar second{fine, 7, 0};
  const Bucket buckets[] = {{1, 1, &first}, {2, 1, &second}};
  EXPECT_EQ(openMetrics([&](Sink& out) {
              out.histogram("h", "h").add({.buckets = buckets, .count = 1, .sum = 0.5});
            }),
            "# TYPE h histogram\n# HELP h h\n"
            "h_bucket{le=\"1.0\"} 1\nh_bucket{le=\"2.0\"} 1\nh_bucket{le=\"+Inf\"} 1\n"
            "h_sum 0.5\nh_count 1\n# EOF\n");
}

TEST(OpenMetrics, ShowsACounterAsUnknownWhereAGaugeOwnsItsName) {
  EXPECT_EQ(openMetrics([](Sink& out) {
              out.counter("a_total", "h").add(1);
              out.gauge("a", "h").add(2);
            }),
            "# TYPE a gauge\n# HELP a h\na 2\n"
            "# TYPE a_total unknown\n# HELP a_total h\na_total 1\n# EOF\n");
}

TEST(OpenMetrics, TakesExemplarAndCreatedTimeFromACounterThatAGaugeMakesUnknown) {
  const Label trace[] = {{"trace", "} # {"}};
  const Exemplar exemplar{trace, 1, 0};
  EXPECT_EQ(openMetrics(
                [&](Sink& out) {
                  const Label labels[] = {{"x", "\" # "}};
                  out.counter("a_total", "h").add(1, labels, {.exemplar = &exemplar, .created = 3});
                  out.gauge("a", "h").add(2);
                },
                true),
            "# TYPE a gauge\n# HELP a h\na 2\n"
            "# TYPE a_total unknown\n# HELP a_total h\na_total{x=\"\\\" # \"} 1\n# EOF\n");
}

TEST(OpenMetrics, TakesAHistogramApartWhoseCreatedTimeIsAFamily) {
  const Bucket buckets[] = {{1, 1}};
  EXPECT_EQ(openMetrics([&](Sink& out) {
              out.histogram("h", "h").add({.buckets = buckets, .count = 1, .sum = 1});
              out.gauge("h_created", "h").add(7);
            }),
            "# TYPE h_bucket unknown\n# HELP h_bucket h\n"
            "h_bucket{le=\"1.0\"} 1\nh_bucket{le=\"+Inf\"} 1\n"
            "# TYPE h_sum unknown\n# HELP h_sum h\nh_sum 1\n"
            "# TYPE h_count unknown\n# HELP h_count h\nh_count 1\n"
            "# TYPE h_created gauge\n# HELP h_created h\nh_created 7\n# EOF\n");
}

TEST(OpenMetrics, TakesAHistogramWithNegativeBoundsApart) {
  const Label trace[] = {{"trace", "} # {"}};
  const Exemplar exemplar{trace, -2, 0};
  const Bucket buckets[] = {{-1, 1, &exemplar}, {1, 2}};
  EXPECT_EQ(openMetrics([&](Sink& out) {
              out.histogram("h", "h").add({.buckets = buckets, .count = 2, .sum = -1.5},
                                          {{"x", "\" # "}});
            }),
            "# TYPE h_bucket unknown\n# HELP h_bucket h\n"
            "h_bucket{x=\"\\\" # \",le=\"-1.0\"} 1\n"
            "h_bucket{x=\"\\\" # \",le=\"1.0\"} 2\n"
            "h_bucket{x=\"\\\" # \",le=\"+Inf\"} 2\n"
            "# TYPE h_sum unknown\n# HELP h_sum h\nh_sum{x=\"\\\" # \"} -1.5\n"
            "# TYPE h_count unknown\n# HELP h_count h\nh_count{x=\"\\\" # \"} 2\n# EOF\n");
}

TEST(OpenMetrics, TakesAHistogramWithFallingCountsApart) {
  const Bucket buckets[] = {{1, 3}, {2, 1}};
  EXPECT_EQ(openMetrics([&](Sink& out) {
              out.histogram("h", "h").add({.buckets = buckets, .count = 2, .sum = 5});
            }),
            "# TYPE h_bucket unknown\n# HELP h_bucket h\n"
            "h_bucket{le=\"1.0\"} 3\nh_bucket{le=\"2.0\"} 1\nh_bucket{le=\"+Inf\"} 2\n"
            "# TYPE h_sum unknown\n# HELP h_sum h\nh_sum 5\n"
            "# TYPE h_count unknown\n# HELP h_count h\nh_count 2\n# EOF\n");
}

TEST(OpenMetrics, TakesASummaryOfNegativeValuesApart) {
  const Quantile quantiles[] = {{0.5, -3}};
  EXPECT_EQ(openMetrics([&](Sink& out) {
              out.summary("s", "h").add({.quantiles = quantiles, .count = 1, .sum = -3});
            }),
            "# TYPE s unknown\n# HELP s h\ns{quantile=\"0.5\"} -3\n"
            "# TYPE s_sum unknown\n# HELP s_sum h\ns_sum -3\n"
            "# TYPE s_count unknown\n# HELP s_count h\ns_count 1\n# EOF\n");
}

TEST(OpenMetrics, SettlesNamesAnewWhenTheFamiliesChange) {
  const auto writer = ExpositionWriter::make({.format = Format::kOpenMetrics100});
  for (const bool clash : {true, false, true}) {
    writer->counter("a_total", "h").add(1);
    if (clash) writer->gauge("a", "h").add(2);
    std::string body;
    for (const std::string_view part : writer->finish()) body += part;
    EXPECT_EQ(body.find("# TYPE a_total unknown") != std::string::npos, clash);
    writer->clear();
  }
}

}  // namespace orchestrator_exporter
