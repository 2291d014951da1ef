#include "metrics/history/timed_samples.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "metrics/history.h"

namespace orchestrator_exporter::history {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Pairs = std::vector<std::pair<std::int64_t, double>>;

constexpr std::int64_t kWindow = 1000;

Pairs pairsOf(const TimedSamples& samples, std::int64_t from = Selection::kOldest,
              std::int64_t until = Selection::kNewest) {
  std::vector<TimedSample> all;
  for (const auto& chunk : samples.chunks(from, until)) chunk->appendTo(all);
  Pairs pairs;
  for (const TimedSample& sample : all) pairs.emplace_back(sample.time, sample.value);
  return pairs;
}

}  // namespace

TEST(TimedSamples, GiveBackTimesAndValues) {
  TimedSamples samples;
  Pairs given;
  for (std::int64_t i = 0; i < 500; ++i) {
    given.emplace_back(1'700'000'000'000 + i * 15'000 + i % 7, 0.1 * static_cast<double>(i));
    EXPECT_EQ(samples.append({given.back().first, given.back().second}, kWindow),
              AppendResult::kAppended);
  }
  EXPECT_EQ(pairsOf(samples), given);
}

TEST(TimedSamples, KnowTimesBefore1970) {
  TimedSamples samples;
  samples.append({-5, 1}, kWindow);
  samples.append({0, 2}, kWindow);
  EXPECT_EQ(pairsOf(samples), (Pairs{{-5, 1}, {0, 2}}));
}

TEST(TimedSamples, TakeWhatComesLateWithinTheWindow) {
  TimedSamples samples;
  samples.append({5000, 5}, kWindow);
  EXPECT_EQ(samples.append({4500, 4}, kWindow), AppendResult::kAppended);
  EXPECT_EQ(samples.append({4000, 3}, kWindow), AppendResult::kAppended);
  EXPECT_EQ(samples.append({3999, 2}, kWindow), AppendResult::kTooOld);
  EXPECT_EQ(pairsOf(samples), (Pairs{{5000, 5}, {4000, 3}, {4500, 4}}));
}

TEST(TimedSamples, KnowTheValuesOfAllTheirChunks) {
  TimedSamples samples;
  for (std::int64_t time = 2; time <= 600; time += 2) {
    samples.append({time, static_cast<double>(time)}, kWindow);
  }
  for (std::int64_t time = 399; time > 0; time -= 2) samples.append({time, -1}, kWindow);
  EXPECT_EQ(samples.append({2, 2}, kWindow), AppendResult::kSame);
  EXPECT_EQ(samples.append({300, 1}, kWindow), AppendResult::kConflict);
  EXPECT_EQ(samples.append({598, 1}, kWindow), AppendResult::kConflict);
  EXPECT_EQ(samples.append({1, 1}, kWindow), AppendResult::kConflict);
  EXPECT_EQ(samples.append({399, -1}, kWindow), AppendResult::kSame);
  EXPECT_EQ(samples.append({401, 1}, kWindow), AppendResult::kAppended);
}

TEST(TimedSamples, ForgetWhatIsKeptElsewhere) {
  TimedSamples samples;
  for (std::int64_t time = 1; time <= 3; ++time) samples.append({time, 1}, kWindow);
  const TimedSample kept[] = {{1, 1}, {3, 1}};
  samples.forget(kept);
  EXPECT_EQ(pairsOf(samples), (Pairs{{2, 1}}));
  EXPECT_EQ(samples.append({3, 1}, kWindow), AppendResult::kSame);
  EXPECT_EQ(samples.append({3, 2}, kWindow), AppendResult::kConflict);
  EXPECT_EQ(samples.append({4, 2}, kWindow), AppendResult::kAppended);
  EXPECT_EQ(pairsOf(samples), (Pairs{{2, 1}, {4, 2}}));
}

TEST(TimedSamples, FollowTheNewestThatIsKeptElsewhere) {
  TimedSamples samples;
  samples.follow({5000, 1});
  EXPECT_TRUE(samples.empty());
  EXPECT_EQ(samples.append({5000, 1}, kWindow), AppendResult::kSame);
  EXPECT_EQ(samples.append({3999, 1}, kWindow), AppendResult::kTooOld);
  EXPECT_EQ(samples.append({4000, 1}, kWindow), AppendResult::kAppended);
}

TEST(TimedSamples, KeepOneValueOfATime) {
  TimedSamples samples;
  samples.append({1000, 1}, kWindow);
  EXPECT_EQ(samples.append({1000, 1}, kWindow), AppendResult::kSame);
  EXPECT_EQ(samples.append({1000, 2}, kWindow), AppendResult::kConflict);
  samples.append({900, 3}, kWindow);
  EXPECT_EQ(samples.append({900, 3}, kWindow), AppendResult::kSame);
  EXPECT_EQ(samples.append({900, 4}, kWindow), AppendResult::kConflict);
  EXPECT_EQ(pairsOf(samples), (Pairs{{1000, 1}, {900, 3}}));
}

TEST(TimedSamples, GiveTheChunksOfATime) {
  TimedSamples samples;
  for (std::int64_t time = 1; time <= 240; ++time) samples.append({time, 1}, kWindow);
  EXPECT_EQ(samples.chunks(1, 10).size(), 1u);
  EXPECT_EQ(samples.chunks(120, 121).size(), 2u);
  EXPECT_THAT(samples.chunks(241, 300), IsEmpty());
}

TEST(TimedSamples, ForgetWhatIsOld) {
  TimedSamples samples;
  for (std::int64_t time = 1; time <= 121; ++time) samples.append({time, 1}, kWindow);
  samples.append({60, 7}, kWindow);
  samples.expire(121);
  EXPECT_EQ(pairsOf(samples), (Pairs{{121, 1}}));
  EXPECT_FALSE(samples.empty());
  samples.expire(122);
  EXPECT_TRUE(samples.empty());
}

TEST(TimedSamples, KeepManyThatCameLate) {
  TimedSamples samples;
  samples.append({1000, 0}, kWindow);
  Pairs expected{{1000, 0}};
  for (std::int64_t time = 500; time < 800; ++time) {
    samples.append({time, static_cast<double>(time)}, kWindow);
    expected.emplace_back(time, static_cast<double>(time));
  }
  EXPECT_EQ(pairsOf(samples), expected);
}

}  // namespace orchestrator_exporter::history
