#include "metrics/promql/engine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <ostream>
#include <string>
#include <vector>

#include "tests/metrics/promql/memory_history.h"

namespace orchestrator_exporter::promql {

namespace {

// A sample a minute from time 0 on.
const MemoryHistory& history() {
  static const auto* const all = [] {
    auto* made = new MemoryHistory;
    made->load("c_total{i='a'}", "10 20 30 5 15");
    made->load("c_total{i='b'}", "0 10 20 30 40");
    made->load("late_total", "_ _ 3 6 9");
    made->load("g{i='a'}", "1 NaN 3 stale 5");
    made->load("g{i='b'}", "4 2 _ _ 7");
    made->load("m{l='x',k='1'}", "1 1 1");
    made->load("m{l='y',k='2'}", "2 2 2");
    made->load("one{l='x',z='q'}", "10 10 10");
    made->load("h_bucket{le='0.1'}", "1 1 1");
    made->load("h_bucket{le='1'}", "3 3 3");
    made->load("h_bucket{le='+Inf'}", "4 4 4");
    made->load("odd_bucket{le='1'}", "5");
    made->load("odd_bucket{le='2'}", "3");
    made->load("odd_bucket{le='+Inf'}", "6");
    made->load("big", "1e16 1 -1e16 1");
    made->load("v", "-7.5 -0.5 2.5 7.5");
    made->load("w", "1e-7 1e21 123456789012345680000");
    made->load("p1", "1 stale");
    made->load("p2", "_ _ 2 3");
    return made;
  }();
  return *all;
}

std::string text(const ResultSeries& series, bool withTimes) {
  std::string labels;
  for (const auto& [name, value] : *series.labels) {
    if (name != "__name__") labels += (labels.empty() ? "" : ",") + name + "=" + value;
  }
  std::string out(series.labels->get("__name__"));
  if (!labels.empty() || out.empty()) out += "{" + labels + "}";
  for (const Point& point : series.points) {
    out += " " + valueText(point.value);
    if (withTimes) out += "@" + valueText(static_cast<double>(point.time) / 1000);
  }
  return out;
}

std::string join(std::vector<std::string> parts) {
  std::sort(parts.begin(), parts.end());
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : "; ") + part;
  return out;
}

std::string text(const QueryResult& result) {
  std::string out;
  if (result.type == ValueType::kScalar) {
    out = "scalar " + valueText(result.scalar.value);
  } else if (result.type == ValueType::kString) {
    out = "string " + result.text;
  } else {
    std::vector<std::string> series;
    for (const ResultSeries& one : result.series) {
      series.push_back(text(one, result.type == ValueType::kMatrix));
    }
    out = series.empty() ? "empty" : join(series);
  }
  if (!result.warnings.empty()) out += " + warning";
  if (!result.infos.empty()) out += " + info";
  return out;
}

// At `start`, or at each step of a range.
std::string ask(const Engine& engine, const std::string& query, std::int64_t start,
                std::int64_t end = 0, std::int64_t step = 0) {
  try {
    return text(step == 0 ? engine.instant(history(), query, start)
                          : engine.range(history(), query, start, end, step));
  } catch (const QueryError& error) {
    return std::string("execution: ") + error.what();
  }
}

struct Example {
  const char* query;
  std::int64_t start;
  std::int64_t end;
  std::int64_t step;  // 0 = an instant query
  const char* answer;
};

void PrintTo(const Example& example, std::ostream* out) { *out << example.query; }

std::string sorted(const std::string& answer) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= answer.size();) {
    const std::size_t end = std::min(answer.find("; ", begin), answer.size());
    parts.push_back(answer.substr(begin, end - begin));
    begin = end + 2;
  }
  return join(parts);
}

class EngineExamples : public testing::TestWithParam<Example> {};

}  // namespace

TEST_P(EngineExamples, AreAnsweredAsPrometheusDoes) {
  const Example& example = GetParam();
  EXPECT_EQ(ask(Engine(), example.query, example.start, example.end, example.step),
            sorted(example.answer));
}

INSTANTIATE_TEST_SUITE_P(
    Engine, EngineExamples,
    testing::ValuesIn(std::vector<Example>{
        {"-2^2", 0, 0, 0, "scalar -4"},
        {"010 + 0x1F + 1h", 0, 0, 0, "scalar 3639"},
        {"g", 180000, 180000, 0, "g{i=b} 2"},
        {"g", 239999, 239999, 0, "g{i=b} 2"},
        {"g", 539999, 539999, 0, "g{i=a} 5; g{i=b} 7"},
        {"g", 540000, 540000, 0, "empty"},
        {"g offset -1m", 60000, 60000, 0, "g{i=a} 3; g{i=b} 2"},
        {"g[1m]", 60000, 60000, 0, "g{i=a} NaN@60; g{i=b} 2@60"},
        {"count_over_time(g[60001ms])", 60000, 60000, 0, "{i=a} 2; {i=b} 2"},
        {"m{l='x'}[1m:]", 100000, 100000, 0, "m{k=1,l=x} 1@60"},
        {"m{l='x'}[1m:30s] @ 90", 500000, 500000, 0, "m{k=1,l=x} 1@60 1@90"},
        {"(m{l='x'} offset 1m)[1m:30s] offset 1m", 240000, 240000, 0, "m{k=1,l=x} 1@150 1@180"},
        {"increase(c_total[3m])", 180000, 180000, 0, "{i=a} 22.5; {i=b} 30"},
        {"rate(c_total[2m])", 180000, 180000, 0,
         "{i=a} 0.08333333333333333; {i=b} 0.16666666666666666"},
        {"increase(late_total[5m])", 240000, 240000, 0, "{} 7.5"},
        {"rate(late_total[4m])", 240000, 240000, 0, "{} 0.03125"},
        {"idelta(c_total[5m])", 180000, 180000, 0, "{i=a} -25; {i=b} 10"},
        {"delta(g[2m])", 60000, 60000, 0, "{i=a} NaN; {i=b} -4"},
        {"predict_linear(c_total{i='b'}[5m], 60)", 250000, 250000, 0, "{i=b} 51.666666666666664"},
        {"sum_over_time(big[5m])", 180000, 180000, 0, "{} 2"},
        {"quantile_over_time(0.3, c_total[5m])", 240000, 240000, 0, "{i=a} 11; {i=b} 12"},
        {"avg(g)", 60000, 60000, 0, "{} NaN"},
        {"topk(2, g)", 60000, 60000, 0, "g{i=b} 2; g{i=a} NaN"},
        {"topk(NaN, m)", 0, 0, 0, "execution: Scalar value NaN overflows int64"},
        {"count_values('l', m) by (l)", 0, 0, 0, "{l=2} 1; {l=1} 1"},
        {"count_values('x', w)", 0, 0, 0, "{x=0.0000001} 1"},
        {"sum by (__name__) (m)", 0, 0, 0, "m 3"},
        {"1 < m", 0, 0, 0, "m{k=2,l=y} 2"},
        {"m < on(l) one", 0, 0, 0, "{l=x} 1"},
        {"m < ignoring(k, z) one", 0, 0, 0, "m{l=x} 1"},
        {"m < on(l) group_left(z) one", 0, 0, 0, "m{k=1,l=x,z=q} 1"},
        {"one > on(l) group_right m", 0, 0, 0, "m{k=1,l=x} 10"},
        {"m * on(l) group_left(z) one", 0, 0, 0, "{k=1,l=x,z=q} 10"},
        {"m + on() one", 0, 0, 0,
         "execution: multiple matches for labels: many-to-one matching must be explicit "
         "(group_left/group_right)"},
        {"w", 0, 0, 0, "w 1e-07"},
        {"w", 120000, 120000, 0, "w 123456789012345680000"},
        {"ceil(v)", 60000, 60000, 0, "{} -0"},
        {"round(v)", 0, 0, 0, "{} -7"},
        {"absent(no{a='b', c=~'d'})", 0, 0, 0, "{a=b} 1"},
        {"absent(no{a='b', a='c', x='y'})", 0, 0, 0, "{x=y} 1"},
        {"timestamp(g)", 130000, 130000, 0, "{i=a} 120; {i=b} 60"},
        {"timestamp(g * 1)", 130000, 130000, 0, "{i=a} 130; {i=b} 130"},
        {"label_replace(m, 'n', '$1-$2', 'l', '(.)(.*)')", 0, 0, 0,
         "m{k=1,l=x,n=x-} 1; m{k=2,l=y,n=y-} 2"},
        {"label_replace(m, 'l', '', 'l', 'x')", 0, 0, 0, "m{k=1} 1; m{k=2,l=y} 2"},
        {"histogram_quantile(0.5, h_bucket)", 0, 0, 0, "{} 0.55"},
        {"histogram_quantile(0.5, odd_bucket)", 0, 0, 0, "{} 0.6 + info"},
        {"histogram_fraction(0, 1, h_bucket)", 0, 0, 0, "{} NaN"},
        {"histogram_fraction(0.1, 0.55, h_bucket)", 0, 0, 0, "{} 0.25"},
        {"-{__name__=~'v|big'}", 0, 0, 0,
         "execution: vector cannot contain metrics with the same labelset"},
        {"g == 1 == bool 1", 0, 0, 0, "{i=a} 1"},
        {"g @ end()", 0, 120000, 60000, "g{i=a} 3@0 3@60 3@120; g{i=b} 2@0 2@60 2@120"},
        {"time()", 500, 2000, 1000, "{} 0.5@0.5 1.5@1.5"},
        {"topk(1, g)", 0, 240000, 60000, "g{i=a} 3@120; g{i=b} 4@0 2@60 2@180 7@240"},
        {"last_over_time({__name__=~'p1|p2'}[1m])", 180000, 180000, 0, "p2 3"},
        {"count_over_time({__name__=~'p1|p2|v'}[3m])", 0, 0, 0,
         "execution: vector cannot contain metrics with the same labelset"},
        {"absent(g{i='b'} > 3)", 0, 240000, 60000, "{} 1@60 1@120 1@180"},
        {"abs({__name__=~'p1|p2'})", 0, 180000, 60000, "{} 1@0 2@120 3@180"},
        {"-{__name__=~'p1|p2'}", 0, 180000, 60000,
         "execution: vector cannot contain metrics with the same labelset"},
        {"sum_over_time(m{l='x'}[2m:1m])", 30000, 90000, 60000, "{k=1,l=x} 1@30 2@90"},
    }));

TEST(Engine, LabelsWhatIsAbsentByItsPlainMatchers) {
  const Engine engine;
  EXPECT_EQ(ask(engine, "absent(no{a=~'x',a='b'})", 0), "{a=b} 1");
  EXPECT_EQ(ask(engine, "absent(no{a!='x',a='b'})", 0), "{} 1");
  EXPECT_EQ(ask(engine, "absent((no{a='b'}))", 0), "{a=b} 1");
  EXPECT_EQ(ask(engine, "absent(sum(no{a='b'}))", 0), "{} 1");
  EXPECT_EQ(ask(engine, "absent_over_time(no{a='b'}[5m])", 0), "{a=b} 1");
}

TEST(Engine, GivesTheSamplesBehindARangeSelectorWithTheirOwnTimes) {
  EXPECT_EQ(ask(Engine(), "c_total{i='a'}[2m]", 150'000), "c_total{i=a} 20@60 30@120");
}

TEST(Engine, OrdersByValueWhatSortAndTopkGive) {
  const auto names = [](const char* query) {
    std::string out;
    for (const ResultSeries& series : Engine().instant(history(), query, 0).series) {
      out += text(series, false) + ";";
    }
    return out;
  };
  EXPECT_EQ(names("sort(m)"), "m{k=1,l=x} 1;m{k=2,l=y} 2;");
  EXPECT_EQ(names("sort_desc(m)"), "m{k=2,l=y} 2;m{k=1,l=x} 1;");
  EXPECT_EQ(names("topk(5, m)"), "m{k=2,l=y} 2;m{k=1,l=x} 1;");
  EXPECT_EQ(names("bottomk(5, m)"), "m{k=1,l=x} 1;m{k=2,l=y} 2;");
}

TEST(Engine, SortsAMatrixByLabels) {
  const auto result = Engine().range(history(), "sort_desc(m)", 0, 60'000, 60'000);
  ASSERT_EQ(result.series.size(), 2U);
  EXPECT_EQ(result.series[0].labels->get("l"), "x");
}

TEST(Engine, KeepsNamesToTheEndIfAsked) {
  EngineOptions options;
  options.delayNameRemoval = true;
  const Engine engine(options);
  EXPECT_EQ(ask(engine, "sum by (__name__) (m * 1)", 0), "{} 3");
  EXPECT_EQ(ask(engine, "label_replace(m * 1, 'n', '$1', '__name__', '(.*)')", 0),
            "{k=1,l=x,n=m} 1; {k=2,l=y,n=m} 2");
  EXPECT_EQ(ask(engine, "abs(m{l='x'})", 0), "{k=1,l=x} 1");
}

TEST(Engine, NamesTheDuplicatesThatItCannotMatch) {
  try {
    Engine().instant(history(), "one * on() m", 0);
    FAIL();
  } catch (const QueryError& error) {
    EXPECT_EQ(error.kind(), QueryError::Kind::kExecution);
    EXPECT_STREQ(error.what(),
                 "found duplicate series for the match group {} on the right hand-side of the "
                 "operation: [{__name__=\"m\", k=\"2\", l=\"y\"}, {__name__=\"m\", k=\"1\", "
                 "l=\"x\"}];many-to-many matching not allowed: matching labels must be unique on "
                 "one side");
  }
}

TEST(Engine, SaysWhereAWarningBelongs) {
  const auto result = Engine().instant(history(), "quantile(1.5, m) +\nquantile(2, m)", 0);
  EXPECT_EQ(result.warnings,
            (std::vector<std::string>{
                "PromQL warning: quantile value should be between 0 and 1, got 1.5 (1:10)",
                "PromQL warning: quantile value should be between 0 and 1, got 2 (2:10)"}));
}

TEST(Engine, WarnsOfInfiniteQuantilesBesideSomeThatAreNaN) {
  const auto result = Engine().range(history(), "quantile(-time() / 0, m)", 0, 1000, 1000);
  EXPECT_EQ(result.warnings,
            (std::vector<std::string>{
                "PromQL warning: quantile value should be between 0 and 1, got -Inf (1:10)",
                "PromQL warning: quantile value should be between 0 and 1, got NaN (1:10)"}));
}

TEST(Engine, WritesLargeNumbersInWarningsWithAnExponent) {
  const auto result = Engine().instant(history(), "quantile(1000000, m)", 0);
  EXPECT_EQ(result.warnings,
            (std::vector<std::string>{
                "PromQL warning: quantile value should be between 0 and 1, got 1e+06 (1:10)"}));
}

TEST(Engine, RefusesToHoldTooManySamples) {
  EngineOptions options;
  options.maxSamples = 3;
  const Engine engine(options);
  EXPECT_EQ(ask(engine, "c_total{i='a'}[2m]", 120'000), "c_total{i=a} 20@60 30@120");
  EXPECT_EQ(ask(engine, "c_total", 0, 240'000, 60'000),
            "execution: query processing would load too many samples into memory in query "
            "execution");
}

TEST(Engine, LooksBackOverTwoStepsWhereOnlyStepsAreLeftAndTellsSo) {
  constexpr std::int64_t kHour = 3'600'000;
  MemoryHistory steps;
  steps.load("h", "1 2 3 _ _ _ _", kHour);
  steps.setCoarse({2 * kHour, kHour});
  const auto found = Engine().range(steps, "h", kHour, 6 * kHour, kHour / 2);
  EXPECT_EQ(text(found), "h 2@3600 2@5400 3@7200 3@9000 3@10800 3@12600 + info");
  EXPECT_EQ(found.infos, (std::vector<std::string>{
                             "PromQL info: read steps of 1h, since finer samples are gone (1:1)"}));
}

TEST(Engine, RefusesASubqueryOfTooManySteps) {
  EXPECT_EQ(ask(Engine(), "max_over_time(vector(1)[100y:1ms])", 0),
            "execution: query processing would load too many samples into memory in query "
            "execution");
}

TEST(Engine, FindsNothingAtTheEndsOfTime) {
  EXPECT_EQ(ask(Engine(), "m @ 9e15", 0), "empty");
  EXPECT_EQ(ask(Engine(), "m @ -9e15 offset 100y", 0), "empty");
  EXPECT_EQ(ask(Engine(), "m", std::numeric_limits<std::int64_t>::max()), "empty");
}

TEST(Engine, StopsWhenNobodyWaitsForTheAnswer) {
  std::stop_source stop;
  stop.request_stop();
  try {
    Engine().instant(history(), "sum(m)", 0, stop.get_token());
    FAIL();
  } catch (const QueryError& error) {
    EXPECT_EQ(error.kind(), QueryError::Kind::kCanceled);
  }
}

TEST(Engine, StopsWhenItsTimeIsOver) {
  EngineOptions options;
  options.timeout = std::chrono::milliseconds(0);
  try {
    Engine(options).instant(history(), "sum(m)", 0);
    FAIL();
  } catch (const QueryError& error) {
    EXPECT_EQ(error.kind(), QueryError::Kind::kTimeout);
    EXPECT_STREQ(error.what(), "query timed out in expression evaluation");
  }
}

TEST(Engine, TakesOnlyScalarsAndInstantVectorsOverARange) {
  EngineOptions options;
  options.language.durationExpressions = true;
  // The second has another fault, which comes after this one.
  for (const char* const query : {"m[5m]", "m[1m - 1m]"}) {
    try {
      Engine(options).range(history(), query, 0, 60'000, 60'000);
      FAIL() << query;
    } catch (const QueryError& error) {
      EXPECT_EQ(error.kind(), QueryError::Kind::kBadData);
      EXPECT_STREQ(error.what(),
                   "invalid expression type \"range vector\" for range query, must be Scalar or "
                   "instant Vector");
    }
  }
}

}  // namespace orchestrator_exporter::promql
