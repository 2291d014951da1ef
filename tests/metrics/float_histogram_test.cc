#include "metrics/float_histogram.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "metrics/base/errors.h"

namespace orchestrator_exporter {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Bucket = FloatHistogram::Bucket;

FloatHistogram ofSchema(std::int32_t schema) {
  FloatHistogram histogram;
  histogram.schema = schema;
  return histogram;
}

FloatHistogram ofBounds(std::vector<double> bounds) {
  FloatHistogram histogram = ofSchema(FloatHistogram::kCustomSchema);
  histogram.customBounds = std::move(bounds);
  return histogram;
}

std::string faultOf(const FloatHistogram& histogram) {
  try {
    requireValid(histogram);
  } catch (const ParseError& error) {
    return error.what();
  }
  return "";
}

TEST(FloatHistogram, HasBoundsThatArePowersOfTwo) {
  EXPECT_EQ(ofSchema(0).upperBound(3), 8);
  EXPECT_EQ(ofSchema(0).lowerBound(-1), 0.25);
  EXPECT_EQ(ofSchema(-2).upperBound(1), 16);
  EXPECT_EQ(ofSchema(1).upperBound(1), 1.414213562373095);
  EXPECT_EQ(ofSchema(2).lowerBound(2), 1.189207115002721);
  EXPECT_EQ(ofSchema(8).upperBound(256), 2);
  EXPECT_EQ(ofSchema(3).upperBound(-8), 0.5);
}

TEST(FloatHistogram, HasALastFiniteBoundBeforeInfinity) {
  EXPECT_EQ(ofSchema(0).upperBound(1024), std::numeric_limits<double>::max());
  EXPECT_EQ(ofSchema(-4).upperBound(64), std::numeric_limits<double>::max());
  EXPECT_EQ(ofSchema(0).upperBound(1025), std::numeric_limits<double>::infinity());
}

TEST(FloatHistogram, HasCustomBoundsWithInfinitiesAtBothEnds) {
  const FloatHistogram histogram = ofBounds({1, 5});
  EXPECT_EQ(histogram.lowerBound(0), -std::numeric_limits<double>::infinity());
  EXPECT_EQ(histogram.upperBound(0), 1);
  EXPECT_EQ(histogram.upperBound(1), 5);
  EXPECT_EQ(histogram.upperBound(2), std::numeric_limits<double>::infinity());
}

TEST(FloatHistogram, GivesItsBucketsInTheOrderOfTheirBounds) {
  FloatHistogram histogram = ofSchema(0);
  histogram.zeroThreshold = 0.75;
  histogram.zeroCount = 1;
  histogram.negative = {{0, 2}, {1, 3}};
  histogram.positive = {{0, 4}};
  std::vector<double> lower;
  std::vector<double> counts;
  for (const auto& range : histogram.ranges()) {
    lower.push_back(range.lower);
    counts.push_back(range.count);
  }
  EXPECT_THAT(lower, ElementsAre(-2, -1, -0.75, 0.5));
  EXPECT_THAT(counts, ElementsAre(3, 2, 1, 4));
  EXPECT_EQ(histogram.disjointRanges()[1].upper, -0.75);
  EXPECT_EQ(histogram.disjointRanges()[3].lower, 0.75);
}

TEST(FloatHistogram, ReadsSpansOfCountsAndOfDifferences) {
  const std::vector<NativeSpan> spans = {{-1, 2}, {3, 1}};
  EXPECT_THAT(bucketsOf(spans, std::vector<double>{1.5, 2, 3}),
              ElementsAre(Bucket{-1, 1.5}, Bucket{0, 2}, Bucket{4, 3}));
  EXPECT_THAT(bucketsOf(spans, std::vector<std::int64_t>{5, -3, 1}),
              ElementsAre(Bucket{-1, 5}, Bucket{0, 2}, Bucket{4, 3}));
}

TEST(FloatHistogram, RefusesSpansThatHaveOtherNumbersOfCounts) {
  const std::vector<NativeSpan> spans = {{0, 2}};
  EXPECT_THROW(bucketsOf(spans, std::vector<double>{1}), ParseError);
  EXPECT_THROW(bucketsOf(spans, std::vector<double>{1, 2, 3}), ParseError);
  EXPECT_THROW(bucketsOf(std::vector<NativeSpan>{{0, 4'000'000'000}}, std::vector<double>{1}),
               ParseError);
}

TEST(FloatHistogram, RefusesIndicesOutOfRange) {
  const std::vector<NativeSpan> spans = {{2147483647, 1}, {5, 1}};
  EXPECT_THROW(bucketsOf(spans, std::vector<double>{1, 1}), ParseError);
}

TEST(FloatHistogram, IsValidAsSourcesGiveIt) {
  FloatHistogram histogram = ofSchema(3);
  histogram.positive = {{-5, 1}, {7, 2}};
  EXPECT_EQ(faultOf(histogram), "");
  FloatHistogram custom = ofBounds({1, 2});
  custom.positive = {{0, 1}, {2, 1}};
  EXPECT_EQ(faultOf(custom), "");
}

TEST(FloatHistogram, IsInvalidWithCountsBelowZeroOrOverlappingSpans) {
  EXPECT_THAT(faultOf(ofSchema(9)), HasSubstr("unknown schema 9"));
  FloatHistogram histogram = ofSchema(0);
  histogram.positive = {{1, -1}};
  EXPECT_THAT(faultOf(histogram), HasSubstr("below zero"));
  histogram.positive = {{1, 1}, {1, 1}};
  EXPECT_THAT(faultOf(histogram), HasSubstr("overlap"));
  histogram.positive = {};
  histogram.zeroCount = -1;
  EXPECT_THAT(faultOf(histogram), HasSubstr("below zero"));
}

TEST(FloatHistogram, IsInvalidWithBoundsThatDoNotFit) {
  EXPECT_THAT(faultOf(ofBounds({2, 1})), HasSubstr("do not ascend"));
  EXPECT_THAT(faultOf(ofBounds({1, INFINITY})), HasSubstr("do not ascend"));
  FloatHistogram outside = ofBounds({1});
  outside.positive = {{2, 1}};
  EXPECT_THAT(faultOf(outside), HasSubstr("outside"));
  FloatHistogram negative = ofBounds({1});
  negative.negative = {{0, 1}};
  EXPECT_THAT(faultOf(negative), HasSubstr("negative buckets"));
  FloatHistogram exponential = ofSchema(0);
  exponential.customBounds = {1};
  EXPECT_THAT(faultOf(exponential), HasSubstr("has custom bounds"));
}

TEST(FloatHistogram, IsEqualByItsBitsWhateverItsHintIs) {
  FloatHistogram one = ofSchema(0);
  one.sum = std::nan("");
  one.positive = {{1, 1}};
  FloatHistogram other = one;
  other.hint = FloatHistogram::Hint::kGauge;
  EXPECT_EQ(one, other);
  other.positive = {{1, 2}};
  EXPECT_FALSE(one == other);
  other = one;
  other.zeroThreshold = 1;
  EXPECT_FALSE(one == other);
}

}  // namespace
}  // namespace orchestrator_exporter
