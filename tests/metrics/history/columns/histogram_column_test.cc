#include "metrics/history/columns/histogram_column.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <random>
#include <vector>

namespace orchestrator_exporter::history {
namespace {

FloatHistogram counted(double times) {
  FloatHistogram histogram;
  histogram.schema = 3;
  histogram.zeroThreshold = 0.001;
  histogram.zeroCount = times;
  histogram.count = 4 * times;
  histogram.sum = 2.5 * times;
  histogram.positive = {{-7, times}, {3, times}};
  histogram.negative = {{0, times}};
  return histogram;
}

void expectGivenBack(const std::vector<FloatHistogram>& histograms) {
  HistogramWriter writer;
  for (const FloatHistogram& histogram : histograms) writer.append(histogram);
  HistogramReader reader(writer.bytes());
  for (const FloatHistogram& histogram : histograms) {
    const FloatHistogram& read = reader.next();
    EXPECT_EQ(read, histogram);
    EXPECT_EQ(read.hint, histogram.hint);
  }
}

TEST(HistogramColumn, GivesBackEveryBit) {
  FloatHistogram custom;
  custom.schema = FloatHistogram::kCustomSchema;
  custom.customBounds = {-1.5, 0, 1e300};
  custom.positive = {{0, 1}, {3, 0.1}};
  custom.sum = -0.0;
  FloatHistogram withNaN = counted(3);
  withNaN.sum = std::bit_cast<double>(std::uint64_t{0x7ff8000000000123});
  withNaN.hint = FloatHistogram::Hint::kGauge;
  expectGivenBack({counted(1), counted(2), custom, custom, withNaN, counted(1e17), counted(0.3),
                   FloatHistogram()});
}

TEST(HistogramColumn, GivesBackRandomHistograms) {
  std::mt19937_64 chance(1);
  std::vector<FloatHistogram> histograms;
  for (int i = 0; i < 200; ++i) {
    FloatHistogram histogram = counted(static_cast<double>(chance() % 1000));
    histogram.schema = static_cast<std::int32_t>(chance() % 13) - 4;
    histogram.sum = std::bit_cast<double>(chance());
    histogram.positive.push_back(
        {static_cast<std::int32_t>(chance() % 1000) + 4, std::bit_cast<double>(chance())});
    histograms.push_back(histogram);
  }
  expectGivenBack(histograms);
}

TEST(HistogramColumn, TakesLittleForCountsThatGrow) {
  HistogramWriter writer;
  writer.append(counted(10));
  const std::size_t first = writer.bytes().size();
  writer.append(counted(12));
  // A byte for its hint and one for each of its six numbers.
  EXPECT_EQ(writer.bytes().size() - first, 7);
}

TEST(HistogramColumn, IsDamagedIfItEndsEarly) {
  HistogramWriter writer;
  writer.append(counted(10));
  for (std::size_t size = 0; size < writer.bytes().size(); ++size) {
    HistogramReader reader(writer.bytes().first(size));
    EXPECT_THROW(reader.next(), DamagedColumn);
  }
}

}  // namespace
}  // namespace orchestrator_exporter::history
