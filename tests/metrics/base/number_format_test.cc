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

std::string sampleValue(double value) {
  TextBuffer out;
  appendSampleValue(out, value);
  return std::string(out.view());
}

std::string fixed(double value) {
  TextBuffer out;
  appendFixed(out, value);
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

// The worked values of Prometheus 3.5.
TEST(NumberFormat, WritesSampleValuesInFixedNotationFromAMillionthUpTo1e21) {
  EXPECT_EQ(sampleValue(0.0), "0");
  EXPECT_EQ(sampleValue(-0.0), "-0");
  EXPECT_EQ(sampleValue(0.00001), "0.00001");
  EXPECT_EQ(sampleValue(1e-6), "0.000001");
  EXPECT_EQ(sampleValue(1e-7), "1e-07");
  EXPECT_EQ(sampleValue(-2.5), "-2.5");
  EXPECT_EQ(sampleValue(123456789012345680000.0), "123456789012345680000");
  EXPECT_EQ(sampleValue(-1e20), "-100000000000000000000");
  EXPECT_EQ(sampleValue(1e21), "1e+21");
  EXPECT_EQ(sampleValue(1e300), "1e+300");
  EXPECT_EQ(sampleValue(0.1 + 0.2), "0.30000000000000004");
  EXPECT_EQ(sampleValue(9007199254740993.0), "9007199254740992");
  EXPECT_EQ(sampleValue(9007199254740991.0), "9007199254740991");
  EXPECT_EQ(sampleValue(1041288016682465.4), "1041288016682465.4");
  EXPECT_EQ(sampleValue(-4503599627370495.5), "-4503599627370495.5");
}

TEST(NumberFormat, NamesSampleValuesThatAreNoNumbers) {
  EXPECT_EQ(sampleValue(std::nan("")), "NaN");
  EXPECT_EQ(sampleValue(std::numeric_limits<double>::infinity()), "+Inf");
  EXPECT_EQ(sampleValue(-std::numeric_limits<double>::infinity()), "-Inf");
}

TEST(NumberFormat, WritesWithoutAnExponentHoweverManyZerosThatTakes) {
  EXPECT_EQ(fixed(1e-7), "0.0000001");
  EXPECT_EQ(fixed(-1e21), "-1000000000000000000000");
  EXPECT_EQ(fixed(1.5e22), "15000000000000000000000");
  EXPECT_EQ(fixed(5e-324), "0." + std::string(323, '0') + "5");
  EXPECT_EQ(fixed(std::numeric_limits<double>::max()), "17976931348623157" + std::string(292, '0'));
  EXPECT_EQ(fixed(std::nan("")), "NaN");
}

}  // namespace
}  // namespace orchestrator_exporter
