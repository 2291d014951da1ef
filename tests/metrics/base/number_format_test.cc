#include "metrics/base/number_format.h"

#include <gtest/gtest.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>

namespace orchestrator_exporter {
namespace {

std::string written(double value) {
  TextBuffer out;
  appendNumber(out, value);
  return std::string(out.view());
}

// The fewest digits that read back as the value, of the standard library.
std::string shortest(double value) {
  char text[64];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

double readBack(const std::string& text) { return std::strtod(text.c_str(), nullptr); }

TEST(NumberFormat, WritesWholeNumbersWithoutAPoint) {
  EXPECT_EQ(written(0), "0");
  EXPECT_EQ(written(-1), "-1");
  EXPECT_EQ(written(9007199254740991), "9007199254740991");
}

TEST(NumberFormat, WritesTicksAndNanosecondsInFull) {
  EXPECT_EQ(written(14604.25), "14604.25");
  EXPECT_EQ(written(-0.5), "-0.5");
  EXPECT_EQ(written(0.07), "0.07");
  EXPECT_EQ(written(1763716349.123456), "1763716349.123456");
  EXPECT_EQ(written(0.000123456), "0.000123456");
}

TEST(NumberFormat, KeepsTheSignOfZeroAndNamesWhatHasNoDigits) {
  EXPECT_EQ(written(-0.0), "-0");
  EXPECT_EQ(written(std::numeric_limits<double>::infinity()), "+Inf");
  EXPECT_EQ(written(-std::numeric_limits<double>::infinity()), "-Inf");
  EXPECT_EQ(written(std::nan("")), "NaN");
}

TEST(NumberFormat, WritesFractionsWithTheFewestDigitsThatReadBack) {
  std::mt19937_64 random(11);
  for (int i = 0; i < 200'000; ++i) {
    const auto whole = static_cast<double>(random() >> (11 + i % 53));
    for (const double scale : {1e2, 1e3, 1e9, 1e10}) {
      const double value = (i % 2 != 0 ? -whole : whole) / scale;
      if (value == std::floor(value)) continue;
      ASSERT_EQ(written(value), shortest(value)) << i;
    }
  }
}

TEST(NumberFormat, WritesAnyDoubleWithTheFewestDigitsThatReadBack) {
  std::mt19937_64 random(12);
  for (int i = 0; i < 200'000; ++i) {
    const double value = std::bit_cast<double>(random());
    if (!std::isfinite(value) || value == std::floor(value)) continue;
    ASSERT_EQ(written(value), shortest(value)) << i;
    ASSERT_EQ(readBack(written(value)), value) << i;
  }
}

TEST(NumberFormat, WritesNeighboursOfShortNumbersInFull) {
  for (const double value : {0.01, 0.29, 1.005, 123456.78, 0.000999999999, 99999.999999999}) {
    for (const double towards : {-1e300, 1e300}) {
      const double neighbour = std::nextafter(value, towards);
      EXPECT_EQ(written(neighbour), shortest(neighbour));
    }
  }
}

}  // namespace
}  // namespace orchestrator_exporter
