#include "metrics/pipeline/missing_values.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "metrics/history/head.h"
#include "tests/support/expositions.h"

namespace orchestrator_exporter::pipeline {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::int64_t kInterval = 15'000;
const double kStale = std::bit_cast<double>(kStaleBits);

// Samples at multiples of the interval.
SampleColumns samplesAt(std::initializer_list<std::pair<int, double>> samples) {
  SampleColumns columns;
  for (const auto& [place, value] : samples) {
    columns.times.push_back(place * kInterval);
    columns.values.push_back(value);
  }
  return columns;
}

MissingSettings fillingWith(Missing how, std::int64_t maxGap = 5) {
  return {.rules = {}, .otherwise = how, .maxGap = maxGap};
}

SampleColumns filled(SampleColumns samples, Missing how, std::int64_t maxGap = 5) {
  fillGaps(samples, how, fillingWith(how, maxGap));
  return samples;
}

TEST(FillGaps, PutsValuesOnTheLineBetweenThoseAround) {
  const auto samples = filled(samplesAt({{0, 1}, {1, 2}, {4, 8}, {5, 9}}), Missing::kInterpolate);
  EXPECT_THAT(samples.values, ElementsAre(1, 2, 4, 6, 8, 9));
  EXPECT_THAT(samples.times, ElementsAre(0, kInterval, 2 * kInterval, 3 * kInterval, 4 * kInterval,
                                         5 * kInterval));
}

TEST(FillGaps, PutsZeros) {
  EXPECT_THAT(filled(samplesAt({{0, 1}, {1, 2}, {3, 8}, {4, 9}}), Missing::kZeroFill).values,
              ElementsAre(1, 2, 0, 8, 9));
}

TEST(FillGaps, LeavesLongerOnes) {
  const auto samples = samplesAt({{0, 1}, {1, 2}, {2, 3}, {5, 8}, {6, 9}});
  EXPECT_THAT(filled(samples, Missing::kInterpolate, 1).values, ElementsAre(1, 2, 3, 8, 9));
  EXPECT_EQ(filled(samples, Missing::kInterpolate, 2).values.size(), 7U);
}

// A value that was missing in a reading ended its series there.
TEST(FillGaps, BridgesTheMarkerOfAnEnd) {
  const auto samples =
      filled(samplesAt({{0, 1}, {1, 2}, {2, kStale}, {3, 4}}), Missing::kInterpolate);
  EXPECT_THAT(samples.values, ElementsAre(1, 2, 3, 4));
}

TEST(FillGaps, LeavesAnEndThatIsNotBridged) {
  const auto samples = filled(samplesAt({{0, 1}, {1, 2}, {2, kStale}}), Missing::kZeroFill);
  ASSERT_EQ(samples.times.size(), 3U);
  EXPECT_EQ(std::bit_cast<std::uint64_t>(samples.values[2]), kStaleBits);
}

TEST(FillGaps, KnowsASeriesThatComesMoreSeldom) {
  EXPECT_THAT(filled(samplesAt({{0, 1}, {4, 2}, {8, 3}, {16, 5}}), Missing::kInterpolate).values,
              ElementsAre(1, 2, 3, 4, 5));
}

TEST(FillGaps, DrawsNoLineToWhatIsNotFinite) {
  const double nothing = std::nan("");
  EXPECT_EQ(filled(samplesAt({{0, 1}, {1, nothing}, {3, 3}, {4, 4}}), Missing::kInterpolate)
                .values.size(),
            4U);
}

TEST(FillGaps, LeavesWhatIsBeforeATime) {
  auto samples = samplesAt({{0, 1}, {1, 2}, {3, 4}, {4, 5}, {6, 7}});
  const auto settings = fillingWith(Missing::kInterpolate);
  EXPECT_THAT(fillGaps(samples, Missing::kInterpolate, settings, 3 * kInterval),
              ElementsAre(5 * kInterval));
}

// Ten readings of a gauge, a counter and what a rule records, of which the fifth is missing.
class AHistoryWithAGap : public testing::Test {
 protected:
  AHistoryWithAGap() {
    for (int i = 0; i < 10; ++i) {
      if (i == 5) continue;
      const auto reading = std::make_shared<Snapshot>();
      reading->gauge("g", "G.").add(i);
      reading->counter("c_total", "C.").add(i);
      reading->untyped("page:load:p95_1m", "R.").add(i);
      reading->time = std::chrono::system_clock::time_point(std::chrono::milliseconds(at(i)));
      head_.take(*reading);
    }
  }

  static std::int64_t at(int reading) { return 1'700'000'000'000 + reading * kInterval; }

  static std::vector<double> valuesOf(const History& history, const std::string& name,
                                      Selection selection = {}) {
    const std::vector<LabelMatcher> matchers = {{"__name__", LabelMatcher::Operator::kEqual, name}};
    selection.matchers = matchers;
    return history.select(selection, 1000).series.at(0).samples->values;
  }

  history::Head head_{history::Head::Config{}};
};

TEST_F(AHistoryWithAGap, IsFilledInItsGauges) {
  const MissingSettings settings = fillingWith(Missing::kInterpolate);
  const FilledHistory filled(head_, settings);
  EXPECT_THAT(valuesOf(filled, "g"), ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
  EXPECT_THAT(valuesOf(filled, "page:load:p95_1m"), ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
  EXPECT_THAT(valuesOf(filled, "c_total"), ElementsAre(0, 1, 2, 3, 4, 6, 7, 8, 9));
  EXPECT_EQ(filled.interpolated(), 2U);
  EXPECT_EQ(filled.zeros(), 0U);
}

TEST_F(AHistoryWithAGap, IsFilledToTheEndsOfWhatIsAskedFor) {
  const MissingSettings settings = fillingWith(Missing::kInterpolate);
  const FilledHistory filled(head_, settings);
  EXPECT_THAT(valuesOf(filled, "g", {.after = at(4), .until = at(5)}), testing::Contains(5));
  EXPECT_EQ(filled.interpolated(), 1U);
}

TEST_F(AHistoryWithAGap, CountsOnlyWhatWasAskedFor) {
  const MissingSettings settings = fillingWith(Missing::kInterpolate);
  const FilledHistory filled(head_, settings);
  valuesOf(filled, "g", {.after = at(5), .until = at(9)});
  EXPECT_EQ(filled.interpolated(), 0U);
}

TEST_F(AHistoryWithAGap, IsFilledAsTheFirstRuleOfASeriesSays) {
  MissingSettings settings;
  settings.rules = {{{SeriesMatch("page:.*")}, Missing::kZeroFill},
                    {{SeriesMatch("g")}, Missing::kInterpolate}};
  const FilledHistory filled(head_, settings);
  EXPECT_EQ(valuesOf(filled, "page:load:p95_1m").at(5), 0);
  EXPECT_EQ(valuesOf(filled, "g").at(5), 5);
}

TEST_F(AHistoryWithAGap, IsToldAndCounted) {
  MissingValues missing;
  missing.set(fillingWith(Missing::kInterpolate));
  const FilledHistory filled(head_, *missing.settings());
  valuesOf(filled, "g");
  EXPECT_THAT(missing.note(filled),
              ElementsAre("1 missing value is interpolated (pipeline.quality.missing)"));
  const std::string text = exposeText([&](Sink& out) { missing.collect(out); });
  EXPECT_NE(text.find("pipeline_missing_values_total{how=\"interpolate\"} 1\n"), std::string::npos)
      << text;
}

TEST(MissingValues, AreNothingUnlessTheyAreFilled) {
  MissingValues missing;
  missing.set(fillingWith(Missing::kDiscard));
  EXPECT_EQ(missing.settings(), nullptr);
  EXPECT_EQ(exposeText([&](Sink& out) { missing.collect(out); }), "");
}

}  // namespace
}  // namespace orchestrator_exporter::pipeline
