#include "metrics/registry/native_counts.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

namespace orchestrator_exporter {

// Index and count of each bucket of one side.
std::map<std::int32_t, std::int64_t> decoded(std::span<const NativeSpan> spans,
                                             std::span<const std::int64_t> deltas) {
  std::map<std::int32_t, std::int64_t> counts;
  std::int32_t index = 0;
  std::int64_t count = 0;
  std::size_t at = 0;
  for (const NativeSpan& span : spans) {
    index += span.offset;
    for (std::uint32_t i = 0; i < span.length; ++i) counts[index++] = count += deltas[at++];
  }
  EXPECT_EQ(at, deltas.size());
  return counts;
}

TEST(NativeCounts, PutPowersOfTwoAtTheUpperEndOfABucket) {
  NativeCounts counts;
  counts.observe(1);
  counts.observe(1.0000001);
  counts.observe(2);
  counts.observe(0.5);
  const NativeBuckets buckets = counts.buckets();
  EXPECT_EQ(buckets.schema, 3);
  EXPECT_EQ(decoded(buckets.positiveSpans, buckets.positiveDeltas),
            (std::map<std::int32_t, std::int64_t>{{-8, 1}, {0, 1}, {1, 1}, {8, 1}}));
}

TEST(NativeCounts, KeepZerosAndNegativesApart) {
  NativeCounts counts;
  counts.observe(0);
  counts.observe(0x1p-130);
  counts.observe(-1);
  const NativeBuckets buckets = counts.buckets();
  EXPECT_EQ(buckets.zeroCount, 2u);
  EXPECT_TRUE(buckets.positiveSpans.empty());
  EXPECT_EQ(decoded(buckets.negativeSpans, buckets.negativeDeltas),
            (std::map<std::int32_t, std::int64_t>{{0, 1}}));
}

TEST(NativeCounts, LoseNothingWhenTheirResolutionHalves) {
  NativeCounts counts;
  constexpr int kValues = 1000;
  for (int i = 0; i < kValues; ++i) counts.observe(std::exp2(i / 20.0 - 25));
  const NativeBuckets buckets = counts.buckets();
  EXPECT_LT(buckets.schema, 3);
  EXPECT_LE(buckets.positiveDeltas.size(), NativeCounts::kMostBuckets);
  const double base = std::exp2(std::exp2(-buckets.schema));
  std::int64_t total = 0;
  int value = 0;
  for (const auto& [index, count] : decoded(buckets.positiveSpans, buckets.positiveDeltas)) {
    total += count;
    for (std::int64_t i = 0; i < count; ++i, ++value) {
      const double observed = std::exp2(value / 20.0 - 25);
      EXPECT_LE(observed, std::pow(base, index) * (1 + 1e-12));
      EXPECT_GT(observed, std::pow(base, index - 1) * (1 - 1e-12));
    }
  }
  EXPECT_EQ(total, kValues);
}

TEST(NativeCounts, TakeTheWholeRangeOfNumbers) {
  NativeCounts counts;
  for (int exponent = -1070; exponent < 1024; ++exponent) counts.observe(std::ldexp(1, exponent));
  const NativeBuckets buckets = counts.buckets();
  EXPECT_LE(buckets.positiveDeltas.size(), NativeCounts::kMostBuckets);
}

}  // namespace orchestrator_exporter
