#include "metrics/snapshot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "tests/support/expositions.h"

namespace orchestrator_exporter {

void giveAll(Sink& out) {
  const Bucket buckets[] = {{1, 1}, {2, 2}};
  const Quantile quantiles[] = {{0.5, 1}};
  out.counter("a_total", "A.", "things").add(1, {{"x", "1"}});
  out.gauge("b", "B.").add(2);
  out.histogram("h", "H.").add({.buckets = buckets, .count = 3, .sum = 4}, {{"x", "2"}});
  out.summary("s", "S.").add({.quantiles = quantiles, .count = 1, .sum = 1});
  out.counter("a_total", "A.", "things").add(3, {{"x", "3"}});
}

TEST(Snapshot, GivesWhatItWasGiven) {
  Snapshot samples;
  giveAll(samples);
  EXPECT_EQ(exposeText([&](Sink& out) { samples.replay(out); }), exposeText(giveAll));
}

TEST(Snapshot, KeepsTwoTypesOfOneNameApart) {
  Snapshot samples;
  samples.gauge("a", "A.").add(1);
  samples.counter("a", "A.").add(2);
  const auto writer = ExpositionWriter::make({});
  samples.replay(*writer);
  EXPECT_EQ(writer->refusals().typeConflicts, 1u);
}

TEST(Snapshot, IsEmptyAfterClear) {
  Snapshot samples;
  giveAll(samples);
  samples.clear();
  EXPECT_TRUE(samples.empty());
  giveAll(samples);
  EXPECT_EQ(exposeText([&](Sink& out) { samples.replay(out); }), exposeText(giveAll));
}

TEST(Snapshot, GivesTheValuesOfItsSeriesInTheirOrder) {
  Snapshot samples;
  giveAll(samples);
  std::vector<double> values;
  samples.appendValues(values);
  // a, b, the buckets of h with +Inf, its sum and count, the quantile of s, its sum and count, a
  EXPECT_THAT(values, testing::ElementsAre(1, 2, 1, 2, 3, 4, 3, 1, 1, 1, 3));
}

TEST(Snapshot, GivesABucketOfInfinityOnce) {
  Snapshot samples;
  const Bucket buckets[] = {{1, 1}, {std::numeric_limits<double>::infinity(), 2}};
  samples.histogram("h", "H.").add({.buckets = buckets, .count = 2, .sum = 5});
  std::vector<double> values;
  samples.appendValues(values);
  EXPECT_THAT(values, testing::ElementsAre(1, 2, 5, 2));
}

namespace {

void giveHistogram(Sink& out, double bound) {
  const Bucket buckets[] = {{bound, 1}};
  out.histogram("h", "H.").add({.buckets = buckets, .count = 3, .sum = 4});
}
void giveSummary(Sink& out, double quantile) {
  const Quantile quantiles[] = {{quantile, 1}};
  out.summary("s", "S.").add({.quantiles = quantiles, .count = 1, .sum = 1});
}

bool haveOneLayout(const std::function<void(Sink&)>& first,
                   const std::function<void(Sink&)>& second) {
  Snapshot a;
  Snapshot b;
  first(a);
  second(b);
  a.findLayout();
  b.findLayout();
  return a.layout() == b.layout();
}

}  // namespace

TEST(Snapshot, HasTheLayoutOfOneWithTheSameSeries) {
  EXPECT_TRUE(haveOneLayout(giveAll, giveAll));
  EXPECT_TRUE(haveOneLayout([](Sink& out) { out.gauge("g", "G.").add(1); },
                            [](Sink& out) { out.gauge("g", "G.").add(2); }));
  EXPECT_FALSE(haveOneLayout(giveAll, [](Sink& out) {
    giveAll(out);
    out.gauge("g", "G.").add(1);
  }));
}

TEST(Snapshot, HasALayoutOfItsOwnIfBoundsDiffer) {
  EXPECT_TRUE(haveOneLayout([](Sink& out) { giveHistogram(out, 1); },
                            [](Sink& out) { giveHistogram(out, 1); }));
  EXPECT_FALSE(haveOneLayout([](Sink& out) { giveHistogram(out, 1); },
                             [](Sink& out) { giveHistogram(out, 2); }));
  EXPECT_FALSE(haveOneLayout([](Sink& out) { giveSummary(out, 0.5); },
                             [](Sink& out) { giveSummary(out, 0.9); }));
}

TEST(Snapshot, HasALayoutOfItsOwnIfLabelsAreCutElsewhere) {
  const auto give = [](std::string_view name, std::string_view value) {
    return [=](Sink& out) { out.gauge("g", "G.").add(1, {{name, value}}); };
  };
  EXPECT_TRUE(haveOneLayout(give("ab", "c"), give("ab", "c")));
  EXPECT_FALSE(haveOneLayout(give("ab", "c"), give("a", "bc")));
  EXPECT_FALSE(haveOneLayout(give("ab", "c"), give("ab", "d")));
}

TEST(Snapshot, HasALayoutOfItsOwnIfFamiliesAreOtherwise) {
  const auto give = [](auto... names) {
    return [=](Sink& out) { (out.gauge(names, "G.").add(1), ...); };
  };
  EXPECT_FALSE(haveOneLayout(give("a", "b"), give("b", "a")));
  EXPECT_FALSE(haveOneLayout(give("a"), [](Sink& out) { out.counter("a", "G.").add(1); }));
  EXPECT_FALSE(haveOneLayout(give("a"), [](Sink& out) { out.gauge("a", "Another.").add(1); }));
}

namespace {

// Series of pushed families: `marked` has an exemplar.
void giveShared(Sink& out, int marked) {
  const Label id[] = {{"trace_id", "1"}};
  const Exemplar exemplar{.labels = id, .value = 1, .timestamp = 2};
  FamilySink& family = out.uniqueFamily({"p_total", "P.", MetricType::kCounter});
  for (int i = 0; i < 4; ++i) {
    const SharedLabels labels("{x=\"" + std::to_string(i) + "\"}", 5);
    family.sharedSample(i, labels, i == marked ? &exemplar : nullptr);
  }
  giveAll(out);
}

}  // namespace

TEST(Snapshot, HoldsLabelsThatAreSharedBeyondTheirSeries) {
  Snapshot samples;
  giveShared(samples, 2);
  const auto expected = exposeText([](Sink& out) { giveShared(out, 2); });
  EXPECT_EQ(exposeText([&](Sink& out) { samples.replay(out); }), expected);
  Snapshot again;
  samples.replay(again);
  samples.clear();
  EXPECT_EQ(exposeText([&](Sink& out) { again.replay(out); }), expected);
  EXPECT_EQ(again.size(), 4 + 5);
  std::vector<double> values;
  again.appendValues(values);
  EXPECT_THAT(std::vector(values.begin(), values.begin() + 5), testing::ElementsAre(0, 1, 2, 3, 1));
}

TEST(Snapshot, GivesTheExemplarsOfSeriesWithSharedLabelsAlone) {
  Snapshot samples;
  giveShared(samples, 2);
  ASSERT_TRUE(samples.hasExemplars());
  Snapshot marked;
  samples.replayExemplars(marked);
  std::vector<double> values;
  marked.appendValues(values);
  EXPECT_THAT(values, testing::ElementsAre(2));
  EXPECT_TRUE(marked.hasExemplars());
}

TEST(Snapshot, HasOneLayoutWhicheverOfItsSeriesHaveExemplars) {
  const auto give = [](int marked) { return [=](Sink& out) { giveShared(out, marked); }; };
  EXPECT_TRUE(haveOneLayout(give(1), give(1)));
  EXPECT_TRUE(haveOneLayout(give(1), give(2)));
  EXPECT_TRUE(haveOneLayout(give(1), give(-1)));
  const auto giveOne = [](std::string_view text) {
    return [=](Sink& out) {
      out.uniqueFamily({"p_total", "P.", MetricType::kCounter}).sharedSample(1, {text, 1}, nullptr);
    };
  };
  EXPECT_TRUE(haveOneLayout(giveOne("{x=\"1\"}"), giveOne("{x=\"1\"}")));
  EXPECT_FALSE(haveOneLayout(giveOne("{x=\"1\"}"), giveOne("{x=\"2\"}")));
}

TEST(Snapshot, LosesItsLayoutWithItsSamples) {
  Snapshot samples;
  giveAll(samples);
  samples.findLayout();
  const std::uint64_t before = samples.layout();
  samples.clear();
  giveAll(samples);
  EXPECT_NE(samples.layout(), before);
}

}  // namespace orchestrator_exporter
