#include "metrics/analysis/anomalies.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace orchestrator_exporter {

namespace {

using namespace analysis;

constexpr std::int64_t kMinute = 60'000;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

Track noise(std::size_t count, unsigned seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> any(100, 5);
  Track track{{.name = "m", .expression = "m"}, {}};
  for (std::size_t i = 0; i < count; ++i) {
    track.times.push_back(static_cast<std::int64_t>(i) * kMinute);
    track.values.push_back(any(random));
  }
  return track;
}

std::size_t anomalous(const std::vector<AnomalyScore>& scores) {
  std::size_t count = 0;
  for (const AnomalyScore& one : scores) count += one.score >= kAnomalous ? 1 : 0;
  return count;
}

TEST(AnomalyScores, AreNothingUntilAHundredSamplesAreKnown) {
  Track track = noise(99, 1);
  track.values.back() = 1e9;
  EXPECT_EQ(anomalous(scoresOf(track)), 0u);
}

TEST(AnomalyScores, TellAJumpOnce) {
  Track track = noise(600, 2);
  for (std::size_t i = 500; i < 540; ++i) track.values[i] = 300;
  const auto scores = scoresOf(track);
  EXPECT_GE(scores[500].score, kAnomalous);
  EXPECT_EQ(scores[500].detector, "range");
  EXPECT_DOUBLE_EQ(scores[500].range, 1);
  for (std::size_t i = 501; i < 560; ++i) EXPECT_LT(scores[i].score, kAnomalous) << i;
}

TEST(AnomalyScores, OfAShiftWithinTheRangeComeFromItsLikelihood) {
  Track track = noise(3000, 3);
  track.values[150] = 150;  // so that 126 is nothing new
  track.values[151] = 50;
  for (std::size_t i = 2500; i < 3000; ++i) track.values[i] += 26;
  const auto scores = scoresOf(track);
  std::size_t first = 2500;
  while (first < 3000 && scores[first].score < kAnomalous) ++first;
  ASSERT_LT(first, 2515u);
  EXPECT_EQ(scores[first].detector, "likelihood");
}

TEST(AnomalyScores, AreTheSameWhateverComesLater) {
  Track track = noise(800, 4);
  track.values[400] = 500;
  const auto all = scoresOf(track);
  track.values.resize(450);
  track.times.resize(450);
  const auto some = scoresOf(track);
  for (std::size_t i = 0; i < some.size(); ++i) EXPECT_EQ(some[i].score, all[i].score);
}

TEST(AnomalyScores, PassOverWhatIsNotKnown) {
  Track track = noise(300, 5);
  for (std::size_t i = 200; i < 220; ++i) track.values[i] = kNaN;
  const auto scores = scoresOf(track);
  EXPECT_EQ(scores[210].score, 0);
  Track without = noise(300, 5);
  without.values.erase(without.values.begin() + 200, without.values.begin() + 220);
  without.times.erase(without.times.begin() + 200, without.times.begin() + 220);
  EXPECT_EQ(scoresOf(without)[250].score, scores[270].score);
}

TEST(AnomalyScores, TakeAnyChangeOfAConstantForCertain) {
  Track track = noise(300, 6);
  std::fill(track.values.begin(), track.values.end(), 7.0);
  EXPECT_EQ(anomalous(scoresOf(track)), 0u);
  track.values[250] = 7.5;
  EXPECT_GE(scoresOf(track)[250].score, kAnomalous);
}

TEST(AnomalyScores, AreHeldBelowForChangesThatNobodyCaresAbout) {
  Track track = noise(600, 12);
  track.signal.leastChange = 50;
  track.values[300] = 140;
  track.values[310] = 200;  // not covered up by what did not matter
  const auto scores = scoresOf(track);
  EXPECT_LT(scores[300].score, kAnomalous);
  EXPECT_DOUBLE_EQ(scores[300].range, 1);
  EXPECT_GE(scores[310].score, kAnomalous);
}

TEST(AnomalyScores, SeldomTakeNoiseForAnEvent) {
  std::size_t count = 0;
  for (unsigned seed = 20; seed < 25; ++seed) count += anomalous(scoresOf(noise(2000, seed)));
  // Of 10,000 samples: a new extreme beyond 5 % of the range is an event, even of noise.
  EXPECT_LE(count, 20u);
}

TEST(Detectors, TellTheirValuesAndLimits) {
  Track track = noise(1500, 7);
  track.values.back() = 160;
  const Baseline baseline(noise(2000, 8));
  const auto scores = scoresOf(track);
  const auto readings = detectorReadings(track, 1499, scores.back(), &baseline);
  ASSERT_EQ(readings.size(), 6u);
  EXPECT_EQ(readings[0].name, "zscore");
  EXPECT_EQ(readings[3].name, "seasonal");
  for (const DetectorReading& reading : readings) {
    if (reading.name == "likelihood") continue;
    EXPECT_GT(reading.value, reading.name == "range" ? 0.5 : reading.limit) << reading.name;
    EXPECT_GT(reading.score, 0.5) << reading.name;
  }
}

TEST(Detectors, WithoutSpreadOrPastSayNothing) {
  Track track = noise(200, 9);
  std::fill(track.values.begin(), track.values.end(), 3.0);
  const auto readings = detectorReadings(track, 199, {}, nullptr);
  EXPECT_DOUBLE_EQ(readings[0].value, 0);      // zscore: no change
  EXPECT_TRUE(std::isnan(readings[1].value));  // iqr
  EXPECT_TRUE(std::isnan(readings[2].value));  // mad
  EXPECT_TRUE(std::isnan(readings[3].value));  // seasonal
  track.values.back() = 4;
  EXPECT_TRUE(std::isinf(detectorReadings(track, 199, {}, nullptr)[0].value));
}

TEST(Anomalies, AreThoseOfTheTimeAskedFor) {
  Track track = noise(1000, 10);
  track.values[300] = 400;
  track.values[900] = 900;
  const auto late = anomaliesOf(track, scoresOf(track), 500 * kMinute, nullptr);
  ASSERT_EQ(late.size(), 1u);
  EXPECT_EQ(late[0].time, 900 * kMinute);
  EXPECT_DOUBLE_EQ(late[0].value, 900);
}

}  // namespace

}  // namespace orchestrator_exporter
