#include "metrics/promql/values/histogram_arithmetic.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace orchestrator_exporter::promql {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Bucket = FloatHistogram::Bucket;
using Hint = FloatHistogram::Hint;

FloatHistogram exponential(std::int32_t schema, FloatHistogram::Buckets positive) {
  FloatHistogram histogram;
  histogram.schema = schema;
  for (const Bucket& bucket : positive) histogram.count += bucket.count;
  histogram.sum = 10 * histogram.count;
  histogram.positive = std::move(positive);
  return histogram;
}

FloatHistogram custom(std::vector<double> bounds, FloatHistogram::Buckets positive) {
  FloatHistogram histogram = exponential(FloatHistogram::kCustomSchema, std::move(positive));
  histogram.customBounds = std::move(bounds);
  return histogram;
}

TEST(HistogramArithmetic, AddsBucketByBucket) {
  FloatHistogram sum = exponential(0, {{0, 1}, {2, 5}});
  EXPECT_FALSE(add(sum, exponential(0, {{-1, 2}, {2, 3}, {4, 1}})));
  EXPECT_EQ(sum.count, 12);
  EXPECT_EQ(sum.sum, 120);
  EXPECT_THAT(sum.positive, ElementsAre(Bucket{-1, 2}, Bucket{0, 1}, Bucket{2, 8}, Bucket{4, 1}));
}

TEST(HistogramArithmetic, AddsAtTheCoarserSchema) {
  FloatHistogram fine = exponential(1, {{1, 1}, {2, 2}, {3, 4}});
  EXPECT_FALSE(add(fine, exponential(0, {{1, 10}})));
  EXPECT_EQ(fine.schema, 0);
  EXPECT_THAT(fine.positive, ElementsAre(Bucket{1, 13}, Bucket{2, 4}));

  FloatHistogram coarse = exponential(0, {{1, 10}});
  EXPECT_FALSE(add(coarse, exponential(2, {{-3, 1}, {4, 2}})));
  EXPECT_THAT(coarse.positive, ElementsAre(Bucket{0, 1}, Bucket{1, 12}));
}

TEST(HistogramArithmetic, WidensTheZeroBucketToWholeBuckets) {
  FloatHistogram sum = exponential(0, {{-1, 1}, {0, 2}, {1, 4}});  // (0.25, 0.5] ... (1, 2]
  FloatHistogram other = exponential(0, {});
  other.zeroThreshold = 0.75;  // within (0.5, 1]
  other.zeroCount = 8;
  EXPECT_FALSE(add(sum, other));
  EXPECT_EQ(sum.zeroThreshold, 1);
  EXPECT_EQ(sum.zeroCount, 11);
  EXPECT_THAT(sum.positive, ElementsAre(Bucket{1, 4}));
}

TEST(HistogramArithmetic, CountsTheOthersBucketsInItsZeroBucket) {
  FloatHistogram sum = exponential(0, {{3, 1}});
  sum.zeroThreshold = 1;
  sum.zeroCount = 2;
  FloatHistogram other = exponential(0, {{0, 4}, {3, 8}});
  other.negative = {{-2, 16}};
  EXPECT_FALSE(add(sum, other));
  EXPECT_EQ(sum.zeroCount, 22);
  EXPECT_THAT(sum.positive, ElementsAre(Bucket{3, 9}));
  EXPECT_THAT(sum.negative, IsEmpty());
}

TEST(HistogramArithmetic, TakesAwayAndLeavesOutWhatIsEmptyThen) {
  FloatHistogram rest = exponential(0, {{0, 1}, {1, 5}});
  EXPECT_FALSE(subtract(rest, exponential(0, {{0, 1}, {1, 2}, {2, 1}})));
  compact(rest);
  EXPECT_EQ(rest.count, 2);
  EXPECT_THAT(rest.positive, ElementsAre(Bucket{1, 3}, Bucket{2, -1}));
}

TEST(HistogramArithmetic, DoesNotAddWhatDoesNotFit) {
  FloatHistogram one = custom({1, 2}, {{0, 1}});
  const FloatHistogram before = one;
  EXPECT_EQ(add(one, custom({1, 3}, {{0, 1}})), Mismatch::kBounds);
  EXPECT_EQ(add(one, exponential(0, {{0, 1}})), Mismatch::kKinds);
  EXPECT_EQ(one, before);
  EXPECT_FALSE(add(one, custom({1, 2}, {{2, 1}})));
  EXPECT_THAT(one.positive, ElementsAre(Bucket{0, 1}, Bucket{2, 1}));
}

TEST(HistogramArithmetic, DividedByZeroHasNoBuckets) {
  FloatHistogram histogram = exponential(0, {{0, 1}});
  divide(histogram, 0);
  EXPECT_THAT(histogram.positive, IsEmpty());
  EXPECT_EQ(histogram.count, std::numeric_limits<double>::infinity());
}

TEST(HistogramArithmetic, MovesAMean) {
  FloatHistogram mean = exponential(0, {{0, 2}});
  EXPECT_FALSE(moveMean(mean, exponential(0, {{0, 4}, {1, 2}}), 2));
  EXPECT_THAT(mean.positive, ElementsAre(Bucket{0, 3}, Bucket{1, 1}));
  EXPECT_EQ(mean.count, 4);
}

TEST(HistogramArithmetic, SeesNoResetWhereEverythingGrows) {
  const FloatHistogram before = exponential(1, {{1, 1}, {2, 2}});
  EXPECT_FALSE(isResetAfter(exponential(1, {{1, 1}, {2, 3}}), before));
  EXPECT_FALSE(isResetAfter(exponential(0, {{1, 3}, {5, 1}}), before));
  EXPECT_FALSE(isResetAfter(before, before));
}

TEST(HistogramArithmetic, SeesAResetInACountThatFell) {
  const FloatHistogram before = exponential(0, {{1, 2}, {2, 2}});
  EXPECT_TRUE(isResetAfter(exponential(0, {{1, 2}}), before));
  EXPECT_TRUE(isResetAfter(exponential(0, {{1, 9}, {2, 1}}), before));
  EXPECT_TRUE(isResetAfter(exponential(0, {{1, 9}}), before));
}

TEST(HistogramArithmetic, SeesAResetInALayoutThatCouldNotFollow) {
  FloatHistogram before = exponential(0, {{1, 1}});
  EXPECT_TRUE(isResetAfter(exponential(1, {{1, 1}, {2, 9}}), before));
  EXPECT_TRUE(isResetAfter(custom({1}, {{0, 9}}), before));
  EXPECT_TRUE(isResetAfter(custom({2}, {{0, 9}}), custom({1}, {{0, 1}})));
  before.zeroThreshold = 1;
  EXPECT_TRUE(isResetAfter(exponential(0, {{2, 9}}), before));
}

TEST(HistogramArithmetic, SeesAResetInAZeroBucketThatCutsOneOfBefore) {
  const FloatHistogram before = exponential(0, {{1, 1}});  // (1, 2]
  FloatHistogram wider = exponential(0, {{2, 5}});
  wider.zeroThreshold = 1.5;
  wider.zeroCount = 5;
  EXPECT_TRUE(isResetAfter(wider, before));
  wider.zeroThreshold = 2;
  EXPECT_FALSE(isResetAfter(wider, before));
}

TEST(HistogramArithmetic, BelievesHints) {
  FloatHistogram histogram = exponential(0, {{1, 5}});
  histogram.hint = Hint::kReset;
  EXPECT_TRUE(isResetAfter(histogram, exponential(0, {{1, 1}})));
  histogram.hint = Hint::kNotReset;
  EXPECT_FALSE(isResetAfter(histogram, exponential(0, {{1, 9}})));
}

TEST(HistogramArithmetic, JoinsHints) {
  FloatHistogram counter = exponential(0, {{1, 1}});
  counter.hint = Hint::kNotReset;
  FloatHistogram gauge = counter;
  gauge.hint = Hint::kGauge;
  add(gauge, counter);
  EXPECT_EQ(gauge.hint, Hint::kGauge);
  FloatHistogram reset = counter;
  reset.hint = Hint::kReset;
  add(counter, reset);
  EXPECT_EQ(counter.hint, Hint::kUnknown);
}

}  // namespace
}  // namespace orchestrator_exporter::promql
