#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/support/expositions.h"

namespace orchestrator_exporter {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(TextWriter, WritesOneBlockPerFamilySortedByName) {
  EXPECT_EQ(exposeText([](Sink& out) {
              out.gauge("b", "Second.").add(1, {{"x", "1"}});
              out.counter("a_total", "First.").add(2);
              out.gauge("b", "Second.").add(3, {{"x", "2"}});
            }),
            R"(# HELP a_total First.
# TYPE a_total counter
a_total 2
# HELP b Second.
# TYPE b gauge
b{x="1"} 1
b{x="2"} 3
)");
}

TEST(TextWriter, EscapesHelpAndLabelValues) {
  EXPECT_EQ(exposeText([](Sink& out) {
              out.gauge("a", "a \"quote\", a \\ and\na line").add(1, {{"x", "\"\\\n"}});
            }),
            "# HELP a a \"quote\", a \\\\ and\\na line\n"
            "# TYPE a gauge\n"
            "a{x=\"\\\"\\\\\\n\"} 1\n");
}

TEST(TextWriter, MakesLabelValuesValidUtf8) {
  EXPECT_EQ(exposeText([](Sink& out) {
              out.gauge("a", "h").add(1, {{"x", std::string_view("b\xFF\xFE\xC3\xA4\0z", 7)}});
            }),
            "# HELP a h\n# TYPE a gauge\na{x=\"b\xEF\xBF\xBD\xC3\xA4\xEF\xBF\xBDz\"} 1\n");
}

TEST(TextWriter, WritesNumbersThatReadBackTheSame) {
  const std::string text = exposeText([](Sink& out) {
    const ScalarFamily a = out.gauge("a", "h");
    int i = 0;
    for (const double value : {0.1 + 0.2, 1e21, 5e-324, -0.0, 9007199254740993.0, -42.0, kInfinity,
                               -kInfinity, std::nan("")}) {
      a.add(value, {{"i", std::string(1, static_cast<char>('a' + i++))}});
    }
  });
  EXPECT_EQ(text,
            "# HELP a h\n# TYPE a gauge\n"
            "a{i=\"a\"} 0.30000000000000004\n"
            "a{i=\"b\"} 1e+21\n"
            "a{i=\"c\"} 5e-324\n"
            "a{i=\"d\"} -0\n"
            "a{i=\"e\"} 9007199254740992\n"
            "a{i=\"f\"} -42\n"
            "a{i=\"g\"} +Inf\n"
            "a{i=\"h\"} -Inf\n"
            "a{i=\"i\"} NaN\n");
}

TEST(TextWriter, SortsLabelsByName) {
  EXPECT_EQ(exposeText([](Sink& out) {
              out.gauge("a", "h").add(1, {{"z", "1"}, {"b", "2"}});
            }),
            "# HELP a h\n# TYPE a gauge\na{b=\"2\",z=\"1\"} 1\n");
}

TEST(TextWriter, ShowsInfoAndStateSetAsGauges) {
  EXPECT_EQ(exposeText([](Sink& out) {
              out.info("a_info", "h").add(1, {{"v", "1"}});
              out.stateSet("b", "h").add(1, {{"b", "on"}});
            }),
            "# HELP a_info h\n# TYPE a_info gauge\na_info{v=\"1\"} 1\n"
            "# HELP b h\n# TYPE b gauge\nb{b=\"on\"} 1\n");
}

TEST(TextWriter, WritesHistogramsWithAnInfiniteBucket) {
  const Bucket buckets[] = {{0.005, 1}, {1, 3}, {1e6, 4}};
  EXPECT_EQ(
      exposeText([&](Sink& out) {
        out.histogram("h", "H.").add({.buckets = buckets, .count = 5, .sum = 7.5}, {{"x", "y"}});
      }),
      R"(# HELP h H.
# TYPE h histogram
h_bucket{x="y",le="0.005"} 1
h_bucket{x="y",le="1"} 3
h_bucket{x="y",le="1e+06"} 4
h_bucket{x="y",le="+Inf"} 5
h_sum{x="y"} 7.5
h_count{x="y"} 5
)");
}

TEST(TextWriter, WritesSummaries) {
  const Quantile quantiles[] = {{0.5, 1.5}, {0.99, 3}};
  EXPECT_EQ(exposeText([&](Sink& out) {
              out.summary("s", "S.").add({.quantiles = quantiles, .count = 2, .sum = 4});
            }),
            R"(# HELP s S.
# TYPE s summary
s{quantile="0.5"} 1.5
s{quantile="0.99"} 3
s_sum 4
s_count 2
)");
}

// What a writer refused while it made a body of what `give` hands to it.
Refusals refusalsOf(const std::function<void(Sink&)>& give, std::string* body = nullptr) {
  const auto writer = ExpositionWriter::make({});
  give(*writer);
  for (const std::string_view part : writer->finish()) {
    if (body != nullptr) *body += part;
  }
  return writer->refusals();
}

TEST(TextWriter, RefusesASecondTypeForAName) {
  std::string body;
  const Refusals refusals = refusalsOf(
      [](Sink& out) {
        out.gauge("a", "h").add(1);
        out.counter("a", "h").add(2);
      },
      &body);
  EXPECT_EQ(body, "# HELP a h\n# TYPE a gauge\na 1\n");
  EXPECT_EQ(refusals.typeConflicts, 1u);
}

TEST(TextWriter, KeepsTheFirstOfTwoSamplesOfOneSeries) {
  std::string body;
  const Refusals refusals = refusalsOf(
      [](Sink& out) {
        const ScalarFamily a = out.gauge("a", "h");
        a.add(1, {{"x", "1"}, {"y", "2"}});
        a.add(2, {{"y", "2"}, {"x", "1"}});
        a.add(3, {{"x", "1"}});
      },
      &body);
  EXPECT_EQ(body, "# HELP a h\n# TYPE a gauge\na{x=\"1\",y=\"2\"} 1\na{x=\"1\"} 3\n");
  EXPECT_EQ(refusals.duplicates, 1u);
}

TEST(TextWriter, FindsDuplicatesAmongManySeries) {
  const Refusals refusals = refusalsOf([](Sink& out) {
    const ScalarFamily a = out.gauge("a", "h");
    for (int i = 0; i < 100; ++i) a.add(i, {{"x", std::to_string(i % 90)}});
  });
  EXPECT_EQ(refusals.duplicates, 10u);
}

TEST(TextWriter, FindsDuplicatesBetweenAUniqueAndAnotherSource) {
  const Refusals refusals = refusalsOf([](Sink& out) {
    out.uniqueFamily({"a", "h", MetricType::kGauge}).preparedSample(1, "{x=\"1\"}", {});
    out.gauge("a", "h").add(2, {{"x", "1"}});
  });
  EXPECT_EQ(refusals.duplicates, 1u);
}

TEST(TextWriter, RefusesAGaugeThatASummaryHides) {
  std::string body;
  const Refusals refusals = refusalsOf(
      [](Sink& out) {
        out.summary("s", "S.").add({.count = 1, .sum = 1});
        out.gauge("s_count", "h").add(7);
      },
      &body);
  EXPECT_EQ(body, "# HELP s S.\n# TYPE s summary\ns_sum 1\ns_count 1\n");
  EXPECT_EQ(refusals.typeConflicts, 1u);
}

TEST(TextWriter, RefusesImpossibleHistogramsAndNames) {
  const Bucket nowhere[] = {{std::nan(""), 3}};
  const Bucket unsorted[] = {{2, 1}, {1, 3}};
  const Refusals refusals = refusalsOf([&](Sink& out) {
    out.histogram("h", "h").add({.buckets = nowhere, .count = 3});
    out.histogram("h", "h").add({.buckets = unsorted, .count = 3});
    out.gauge("", "h").add(1);
    out.gauge("\xFF", "h").add(1);
    out.gauge("a", "h").add(1, {{"", "v"}});
    out.gauge("a", "h").add(1, {{"x", "v"}, {"x", "w"}});
    out.histogram("h2", "h").add({});
  });
  EXPECT_EQ(refusals.invalid, 6u);
}

TEST(TextWriter, PassesCountsOfOthersOnAsTheyAre) {
  const Bucket buckets[] = {{1, 3}, {2, 1}, {kInfinity, 4}};
  EXPECT_EQ(exposeText([&](Sink& out) {
              out.histogram("h", "h").add({.buckets = buckets, .count = 2, .sum = 5});
            }),
            "# HELP h h\n# TYPE h histogram\nh_bucket{le=\"1\"} 3\nh_bucket{le=\"2\"} 1\n"
            "h_bucket{le=\"+Inf\"} 4\nh_sum 5\nh_count 2\n");
}

TEST(TextWriter, StartsAnewAfterClear) {
  const auto writer = ExpositionWriter::make({});
  writer->gauge("a", "h").add(1);
  writer->gauge("b", "h").add(1);
  writer->finish();
  writer->clear();
  writer->gauge("a", "other help").add(2);
  const auto parts = writer->finish();
  ASSERT_EQ(parts.size(), 1u);
  EXPECT_EQ(parts[0], "# HELP a other help\n# TYPE a gauge\na 2\n");
}

TEST(TextWriter, GivesLargeBodiesInParts) {
  std::string joined;
  std::size_t parts = 0;
  const auto writer = ExpositionWriter::make({});
  const std::string value(10'000, 'v');
  for (int i = 0; i < 500; ++i) writer->gauge("a", "h").add(i, {{"x", value + std::to_string(i)}});
  for (const std::string_view part : writer->finish()) {
    joined += part;
    ++parts;
  }
  EXPECT_GT(parts, 1u);
  EXPECT_TRUE(joined.starts_with("# HELP a h\n# TYPE a gauge\na{x=\"vvv"));
  EXPECT_TRUE(joined.ends_with("v499\"} 499\n"));
}

TEST(TextWriter, EscapesNamesThatTextCannotSpell) {
  EXPECT_EQ(exposeText([](Sink& out) {
              out.gauge("http.size", "h").add(1, {{"a.b", "c"}});
            }),
            "# HELP http_size h\n# TYPE http_size gauge\nhttp_size{a_b=\"c\"} 1\n");
}

TEST(TextWriter, QuotesNamesInText100) {
  EXPECT_EQ(expose({.format = Format::kText100, .escaping = Escaping::kAllowUtf8},
                   [](Sink& out) {
                     out.gauge("http.size", "h").add(1, {{"a.b", "c"}});
                     out.gauge("http.size", "h").add(2);
                   }),
            "# HELP \"http.size\" h\n# TYPE \"http.size\" gauge\n"
            "{\"http.size\",\"a.b\"=\"c\"} 1\n{\"http.size\"} 2\n");
}

TEST(TextWriter, LeavesOutTheSecondOfTwoNamesThatEscapingMakesOne) {
  std::string body;
  const Refusals refusals = refusalsOf(
      [](Sink& out) {
        out.gauge("a.b", "h").add(1);
        out.gauge("a_b", "h").add(2);
      },
      &body);
  EXPECT_EQ(body, "# HELP a_b h\n# TYPE a_b gauge\na_b 1\n");
  EXPECT_EQ(refusals.typeConflicts, 1u);
}

TEST(TextWriter, LeavesOutASampleWithTwoLabelsThatEscapingMakesOne) {
  std::string body;
  const Refusals refusals = refusalsOf(
      [](Sink& out) {
        out.gauge("a", "h").add(1, {{"b.c", "1"}, {"b_c", "2"}});
        out.gauge("a", "h").add(2, {{"b.c", "1"}});
      },
      &body);
  EXPECT_EQ(body, "# HELP a h\n# TYPE a gauge\na{b_c=\"1\"} 2\n");
  EXPECT_EQ(refusals.invalid, 1u);
}

}  // namespace orchestrator_exporter
