#include "metrics/history/store/blobs/log_row.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <random>

namespace orchestrator_exporter::history {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

bool decode(LogDecoder& decoder, const LogRow& row) {
  const auto series =
      row.series ? std::optional(std::span<const std::uint8_t>(*row.series)) : std::nullopt;
  return decoder.decode(series, row.samples);
}

std::vector<std::uint64_t> bitsOf(std::span<const double> values) {
  std::vector<std::uint64_t> bits;
  for (const double value : values) bits.push_back(std::bit_cast<std::uint64_t>(value));
  return bits;
}

}  // namespace

TEST(LogRow, GivesEveryBitBack) {
  std::mt19937_64 random(7);
  const std::vector<SeriesId> series = {9, 2, 4'000'000, 5};
  std::vector<double> values = {0, -0.0, std::nan(""), 1e300};
  LogEncoder encoder;
  LogDecoder decoder;
  for (int i = 0; i < 10'000; ++i) {
    values[random() % values.size()] = std::bit_cast<double>(random() >> (random() % 64));
    ASSERT_TRUE(decode(decoder, encoder.encode(series, values)));
    ASSERT_EQ(bitsOf(decoder.values()), bitsOf(values));
    ASSERT_EQ(decoder.series(), series);
  }
}

TEST(LogRow, WithoutAChangeTakesItsChecksumAlone) {
  const std::vector<SeriesId> series = {1, 2, 3};
  const std::vector<double> values = {1, 2, 3};
  LogEncoder encoder;
  encoder.encode(series, values);
  const LogRow row = encoder.encode(series, values);
  EXPECT_FALSE(row.series.has_value());
  EXPECT_EQ(row.samples.size(), 4u);
}

TEST(LogRow, TellsWhichSeriesAreGone) {
  LogEncoder encoder;
  LogDecoder decoder;
  decode(decoder, encoder.encode(std::vector<SeriesId>{3, 1, 2}, std::vector<double>{3, 1, 2}));
  EXPECT_TRUE(decoder.hasOwnSeries());
  EXPECT_THAT(decoder.gone(), IsEmpty());
  decode(decoder, encoder.encode(std::vector<SeriesId>{2, 4}, std::vector<double>{2, 4}));
  EXPECT_THAT(decoder.gone(), ElementsAre(1, 3));
  EXPECT_THAT(decoder.values(), ElementsAre(2, 4));
  decode(decoder, encoder.encode(std::vector<SeriesId>{2, 4}, std::vector<double>{2, 5}));
  EXPECT_FALSE(decoder.hasOwnSeries());
  EXPECT_THAT(decoder.gone(), IsEmpty());
}

TEST(LogRow, OfADamagedOneOnlyThoseThatNeedItAreLost) {
  const std::vector<SeriesId> series = {1};
  LogEncoder encoder;
  LogDecoder decoder;
  int lost = 0;
  for (int i = 0; i < 200; ++i) {
    const std::vector<double> values = {static_cast<double>(i)};
    LogRow row = encoder.encode(series, values);
    if (i == 100) row.samples.back() ^= 1;
    if (!decode(decoder, row)) {
      ++lost;
    } else {
      ASSERT_THAT(decoder.values(), ElementsAre(i));
    }
  }
  EXPECT_EQ(lost, 128 - 100);  // each 64th row stands by itself
}

}  // namespace orchestrator_exporter::history
