#include "metrics/history/store/blobs/aggregate.h"

#include <gtest/gtest.h>

#include <bit>
#include <random>

#include "metrics/history.h"

namespace orchestrator_exporter::history {

namespace {

Aggregates again(const Aggregates& steps) {
  Bytes bytes;
  writeAggregates(steps, bytes);
  return readAggregates(bytes, static_cast<std::uint32_t>(steps.size()));
}

}  // namespace

TEST(StepAggregator, PutsSamplesIntoTheStepsThatTheyEndIn) {
  StepAggregator aggregator(1000, 100, 3);
  for (const auto& [time, value] : {std::pair{1001, 5.0}, {1100, 3.0}, {1201, 4.0}, {1300, 4.5}}) {
    aggregator.add(time, value);
  }
  const Aggregates expected = {Aggregate{2, 8, 3, 5, 3, 5}, std::nullopt,
                               Aggregate{2, 8.5, 4, 4.5, 4.5, 0}};
  EXPECT_EQ(aggregator.finish(), expected);
}

TEST(StepAggregator, TellsWhatRestartsLostFromTheSampleBeforeOn) {
  StepAggregator aggregator(1000, 100, 1);
  aggregator.add(990, 100.0);
  aggregator.add(1010, 7.5);
  aggregator.add(1020, 9.5);
  aggregator.add(1030, 2.0);
  EXPECT_EQ(aggregator.finish()[0]->lost, 100 + 9.5);
}

TEST(StepAggregator, TakesNoStalenessMarkers) {
  StepAggregator aggregator(0, 100, 2);
  aggregator.add(50, 1.0);
  aggregator.add(60, std::bit_cast<double>(kStaleBits));
  aggregator.add(160, std::bit_cast<double>(kStaleBits));
  const Aggregates expected = {Aggregate{1, 1, 1, 1, 1, 0}, std::nullopt};
  EXPECT_EQ(aggregator.finish(), expected);
}

TEST(StepAggregator, AddsShortDecimalsWithoutBinaryFractions) {
  StepAggregator aggregator(0, 100, 1);
  for (int i = 1; i <= 10; ++i) aggregator.add(i, 0.1);
  EXPECT_EQ(aggregator.finish()[0]->sum, 1.0);
}

TEST(StepAggregator, JoinsFinerSteps) {
  StepAggregator aggregator(0, 100, 1);
  aggregator.add(50, Aggregate{2, 8, 3, 5, 3, 1});
  aggregator.add(100, Aggregate{3, 30, 1, 20, 9, 7});
  const Aggregates expected = {Aggregate{5, 38, 1, 20, 9, 8}};
  EXPECT_EQ(aggregator.finish(), expected);
}

TEST(Aggregates, ComeBackAsTheyWere) {
  std::mt19937_64 random(3);
  Aggregates steps(300);
  for (auto& step : steps) {
    if (random() % 3 == 0) continue;
    const auto any = [&] { return static_cast<double>(random() % 1000) / 8; };
    step = Aggregate{any(), any(), any(), any(), any(), any()};
  }
  EXPECT_EQ(again(steps), steps);
}

TEST(Aggregates, OfAValueThatStandsStillAreSmall) {
  const Aggregates steps(288, Aggregate{20, 20 * 4096.0, 4096, 4096, 4096, 0});
  Bytes bytes;
  writeAggregates(steps, bytes);
  EXPECT_LT(bytes.size(), 24u);
  EXPECT_EQ(again(steps), steps);
}

}  // namespace orchestrator_exporter::history
