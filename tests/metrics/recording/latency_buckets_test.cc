#include "metrics/recording/latency_buckets.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <random>

namespace orchestrator_exporter {

TEST(LatencyBuckets, HoldEachLatencyWithinOne32ndOfTheirMiddle) {
  std::mt19937 random(3);
  std::uniform_real_distribution<double> exponent(-19.9, 16.9);
  for (int i = 0; i < 100'000; ++i) {
    const double seconds = std::exp2(exponent(random));
    const double middle = LatencyBuckets::middleOf(LatencyBuckets::indexOf(seconds));
    ASSERT_LE(std::abs(middle - seconds), seconds / 32) << seconds;
  }
}

TEST(LatencyBuckets, AscendWithTheLatency) {
  std::size_t before = 0;
  for (double seconds = 1e-7; seconds < 1e6; seconds *= 1.01) {
    const std::size_t index = LatencyBuckets::indexOf(seconds);
    ASSERT_GE(index, before) << seconds;
    ASSERT_LE(index, before + 1) << seconds;
    before = index;
  }
  EXPECT_EQ(before, LatencyBuckets::kCount - 1);
}

TEST(LatencyBuckets, TakeWhatIsOutsideIntoTheFirstAndTheLast) {
  EXPECT_EQ(LatencyBuckets::indexOf(0), 0u);
  EXPECT_EQ(LatencyBuckets::indexOf(std::numeric_limits<double>::denorm_min()), 0u);
  EXPECT_EQ(LatencyBuckets::indexOf(std::exp2(-20)), 0u);
  EXPECT_EQ(LatencyBuckets::indexOf(std::exp2(17)), LatencyBuckets::kCount - 1);
  EXPECT_EQ(LatencyBuckets::indexOf(std::numeric_limits<double>::max()),
            LatencyBuckets::kCount - 1);
}

TEST(PackedLatencyCounts, GiveBackWhatWasAdded) {
  PackedLatencyCounts packed;
  LatencyCounts expected{};
  std::mt19937 random(5);
  for (int i = 0; i < 2000; ++i) {
    const std::size_t bucket = random() % LatencyBuckets::kCount;
    const auto count = static_cast<std::uint32_t>(1 + random() % 10);
    packed.add(bucket, count);
    expected[bucket] += count;
  }
  LatencyCounts found{};
  packed.addTo(found);
  EXPECT_EQ(found, expected);
}

TEST(PackedLatencyCounts, CountBeyondWhatOneEntryHolds) {
  PackedLatencyCounts packed;
  constexpr std::uint32_t kMany = 100'000'000;
  packed.add(7, kMany);
  packed.add(6, 1);
  packed.add(8, 1);
  packed.add(7, 5);
  packed.add(7, kMany);
  LatencyCounts found{};
  packed.addTo(found);
  EXPECT_EQ(found[7], 2 * std::uint64_t{kMany} + 5);
  EXPECT_EQ(found[6], 1u);
  EXPECT_EQ(found[8], 1u);
}

TEST(LatencyMoments, AddUpToThoseOfTheWhole) {
  std::mt19937 random(11);
  std::normal_distribution<double> around(1000, 0.001);  // hard for a sum of squares
  std::vector<double> all(10'000);
  for (double& one : all) one = around(random);
  LatencyMoments sum;
  for (std::size_t begin = 0; begin < all.size();) {
    const std::size_t size = std::min<std::size_t>(random() % 50, all.size() - begin);
    sum.add(LatencyMoments::of(std::span(all).subspan(begin, size)));
    begin += size;
  }
  const LatencyMoments whole = LatencyMoments::of(all);
  EXPECT_EQ(sum.count, whole.count);
  EXPECT_EQ(sum.least, *std::min_element(all.begin(), all.end()));
  EXPECT_EQ(sum.most, *std::max_element(all.begin(), all.end()));
  EXPECT_NEAR(sum.mean, whole.mean, 1e-9);
  EXPECT_NEAR(sum.squares / whole.squares, 1, 1e-6);
}

TEST(LatencyMoments, AreZeroOfNothing) {
  LatencyMoments none = LatencyMoments::of({});
  none.add({});
  EXPECT_EQ(none.count, 0u);
  EXPECT_EQ(latencyQuantile({}, none, 0.5), 0);
}

TEST(LatencyQuantile, StaysWithinTheExtremes) {
  const std::vector<double> one = {0.3};
  LatencyCounts counts{};
  ++counts[LatencyBuckets::indexOf(one[0])];
  EXPECT_EQ(latencyQuantile(counts, LatencyMoments::of(one), 0.001), 0.3);
  EXPECT_EQ(latencyQuantile(counts, LatencyMoments::of(one), 1), 0.3);
}

}  // namespace orchestrator_exporter
