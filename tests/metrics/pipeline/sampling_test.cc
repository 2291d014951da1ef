#include "metrics/pipeline/sampling.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

#include "metrics/pipeline/runner.h"
#include "metrics/pipeline/samplers.h"
#include "tests/support/expositions.h"

namespace orchestrator_exporter::pipeline {
namespace {

using std::chrono::milliseconds;

Sampler::Random seeded(unsigned seed) {
  return [engine = std::mt19937_64(seed)]() mutable {
    return static_cast<double>(engine() >> 11) * 0x1p-53;
  };
}

TEST(UniformSampling, IsWithinThreeDeviationsOfItsProbability) {
  constexpr double kProbability = 0.1;
  constexpr int kCount = 100'000;
  Sampler sampler({.uniform = kProbability}, seeded(1));
  int taken = 0;
  for (int i = 0; i < kCount; ++i) taken += sampler.take(1, {});
  const double deviation = std::sqrt(kCount * kProbability * (1 - kProbability));
  EXPECT_NEAR(taken, kCount * kProbability, 3 * deviation);
  EXPECT_EQ(sampler.ratio(), static_cast<double>(taken) / kCount);
}

TEST(UniformSampling, OfOneTakesAll) {
  Sampler sampler({.uniform = 1}, seeded(2));
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(sampler.take(1, {}));
}

TEST(IntervalSampling, TakesTheFirstOfEach) {
  Sampler sampler({.interval = milliseconds(1000)});
  const Sampler::Time begin{};
  std::vector<int> taken;
  for (int at = 0; at < 3500; at += 100) {
    if (sampler.take(1, begin + milliseconds(at))) taken.push_back(at);
  }
  EXPECT_EQ(taken, (std::vector<int>{0, 1000, 2000, 3000}));
}

TEST(AdaptiveSampling, TakesAllAsLongAsThereAreFew) {
  Sampler sampler({.targetPerSecond = 100}, seeded(3));
  for (int at = 0; at < 10'000; at += 20) {
    EXPECT_TRUE(sampler.take(1, Sampler::Time{} + milliseconds(at)));
  }
}

TEST(AdaptiveSampling, ComesWithinThreeDeviationsOfItsTarget) {
  constexpr double kTarget = 100;
  constexpr int kSeconds = 200;
  Sampler sampler({.targetPerSecond = kTarget}, seeded(4));
  int taken = 0;
  // A thousand a second; the first seconds are for getting there.
  constexpr int kWarmUp = 20;
  for (int at = 0; at < (kWarmUp + kSeconds) * 1000; ++at) {
    const bool isTaken = sampler.take(1, Sampler::Time{} + milliseconds(at));
    if (at >= kWarmUp * 1000) taken += isTaken;
  }
  EXPECT_NEAR(sampler.probability(), 0.1, 0.001);
  const double deviation = std::sqrt(kSeconds * kTarget * 0.9);
  EXPECT_NEAR(taken, kSeconds * kTarget, 3 * deviation);
}

TEST(Reservoir, KeepsAllAsLongAsThereIsRoom) {
  Sampler sampler({.reservoir = 10}, seeded(5));
  for (int i = 0; i < 10; ++i) sampler.take(i, {});
  const auto kept = sampler.reservoir();
  EXPECT_EQ(std::set<double>(kept.begin(), kept.end()).size(), 10U);
}

// Each of 100 values is kept in a tenth of 2,000 runs: their counts are binomial.
TEST(Reservoir, KeepsEachValueEquallyOften) {
  constexpr int kRuns = 2000;
  constexpr int kValues = 100;
  constexpr int kRoom = 10;
  std::vector<int> kept(kValues);
  std::mt19937_64 engine(7);
  for (int run = 0; run < kRuns; ++run) {
    Sampler sampler({.reservoir = kRoom},
                    [&] { return static_cast<double>(engine() >> 11) * 0x1p-53; });
    for (int i = 0; i < kValues; ++i) sampler.take(i, {});
    for (const double value : sampler.reservoir()) ++kept[static_cast<std::size_t>(value)];
  }
  constexpr double kShare = static_cast<double>(kRoom) / kValues;
  const double deviation = std::sqrt(kRuns * kShare * (1 - kShare));
  double squares = 0;
  for (const int count : kept) {
    const double distance = (count - kRuns * kShare) / deviation;
    squares += distance * distance;
  }
  // Of a hundred such counts the sum of squares is about 100, and its deviation about sqrt(200).
  EXPECT_NEAR(squares, kValues, 3 * std::sqrt(2.0 * kValues));
}

TEST(Samplers, LeaveOutAndCountObservationsThatAreOutOfRange) {
  Samplers samplers;
  samplers.setRules({}, usualRanges());
  const auto takes = [&](const char* family, double value) {
    return samplers.take(family, value, Sampler::Time{});
  };
  EXPECT_TRUE(takes("browser_page_load_seconds", 60));
  EXPECT_FALSE(takes("browser_page_load_seconds", 60.5));
  EXPECT_FALSE(takes("browser_cumulative_layout_shift", std::nan("")));
  EXPECT_TRUE(takes("browser_time_to_first_byte_seconds", 1000));
  const std::string text = exposeText([&](Sink& out) { samplers.collect(out); });
  EXPECT_NE(text.find("pipeline_errors_total{reason=\"range\",session=\"default\","
                      "stage=\"observed\"} 2\n"),
            std::string::npos)
      << text;
}

TEST(Samplers, LetTheFirstRuleOfAFamilyDecide) {
  Samplers samplers;
  EXPECT_TRUE(samplers.take("page_seconds", 1, {}));
  samplers.setRules({{{"page_.*"}, {SeriesMatch("page_.*")}, {.interval = milliseconds(1000)}},
                     {{".*"}, {SeriesMatch(".*")}, {.uniform = 1}}});
  EXPECT_TRUE(samplers.take("page_seconds", 1, {}));
  EXPECT_FALSE(samplers.take("page_seconds", 1, {}));
  EXPECT_TRUE(samplers.take("other", 1, {}));
  const std::string text = exposeText([&](Sink& out) { samplers.collect(out); });
  EXPECT_NE(text.find("pipeline_sampling_ratio{match=\"page_.*\"} 0.5\n"), std::string::npos);
}

TEST(Samplers, ShowWhatTheirReservoirsHave) {
  Samplers samplers;
  samplers.setRules({{{"page_.*"}, {SeriesMatch("page_.*")}, {.reservoir = 1000}}});
  for (int i = 0; i <= 100; ++i) samplers.take("page_seconds", i, {});
  const Runner runner({}, {});
  EXPECT_EQ(nlohmann::json::parse(runner.figures(samplers))["sampling"],
            nlohmann::json::parse(R"([{"match": "page_.*", "ratio": 1.0, "reservoir":
              {"values": 101, "p50": 50.0, "p95": 95.0, "p99": 99.0}}])"));
}

}  // namespace
}  // namespace orchestrator_exporter::pipeline
