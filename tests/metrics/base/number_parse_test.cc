#include "metrics/base/number_parse.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace orchestrator_exporter {

TEST(ParseNumber, ReadsWhatTheTextFormatsWrite) {
  EXPECT_EQ(parseNumber("0"), 0);
  EXPECT_EQ(parseNumber("+1.5"), 1.5);
  EXPECT_EQ(parseNumber("-1e-3"), -0.001);
  EXPECT_EQ(parseNumber(".5"), 0.5);
  EXPECT_EQ(parseNumber("5."), 5);
  for (const char* text : {"Inf", "+inf", "Infinity", "INF"}) {
    EXPECT_EQ(parseNumber(text), std::numeric_limits<double>::infinity()) << text;
  }
  EXPECT_EQ(parseNumber("-Inf"), -std::numeric_limits<double>::infinity());
  for (const char* text : {"NaN", "nan"}) {
    ASSERT_TRUE(parseNumber(text)) << text;
    EXPECT_TRUE(std::isnan(*parseNumber(text))) << text;
  }
}

TEST(ParseNumber, RefusesWhatNothingWrites) {
  for (const char* text : {"", "+", "-", "0x10", "1_000", "nan(1)", "1 ", " 1", "+-1", "-+1", "1e",
                           "+nan", "-nan", "1,5"}) {
    EXPECT_EQ(parseNumber(text), std::nullopt) << text;
  }
}

TEST(ParseNumber, RefusesWhatIsTooLargeAndRoundsWhatIsTooSmall) {
  EXPECT_EQ(parseNumber("1e999"), std::nullopt);
  EXPECT_EQ(parseNumber("-1e999"), std::nullopt);
  EXPECT_EQ(parseNumber("1.7976931348623157e308"), std::numeric_limits<double>::max());
  ASSERT_TRUE(parseNumber("-1e-999"));
  EXPECT_EQ(*parseNumber("-1e-999"), 0);
  EXPECT_TRUE(std::signbit(*parseNumber("-1e-999")));
}

TEST(ParseUnsigned, ReadsWholeNumbersOf64Bits) {
  EXPECT_EQ(parseUnsigned("0"), 0u);
  EXPECT_EQ(parseUnsigned("007"), 7u);
  EXPECT_EQ(parseUnsigned("9999999999999999999"), 9999999999999999999u);  // 19 digits
  EXPECT_EQ(parseUnsigned("18446744073709551615"), 18446744073709551615u);
  EXPECT_EQ(parseUnsigned("00000000000000000000000000001"), 1u);
  EXPECT_EQ(parseUnsigned("ff", 16), 255u);
  EXPECT_EQ(parseUnsigned("777", 8), 511u);
}

TEST(ParseUnsigned, RefusesEverythingElse) {
  for (const char* text : {"", "-1", "+1", " 1", "1 ", "1.0", "1e3", "0x1", "a",
                           "18446744073709551616", "99999999999999999999"}) {
    EXPECT_EQ(parseUnsigned(text), std::nullopt) << text;
  }
  EXPECT_EQ(parseUnsigned("", 16), std::nullopt);
  EXPECT_EQ(parseUnsigned("0x1f", 16), std::nullopt);
  EXPECT_EQ(parseUnsigned("8", 8), std::nullopt);
}

TEST(ParseInteger, TakesASign) {
  EXPECT_EQ(parseInteger("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(parseInteger("+9223372036854775807"), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(parseInteger("-0"), 0);
  for (const char* text :
       {"", "+", "-", "+-1", "--1", "9223372036854775808", "-9223372036854775809", "1.5", "0x1"}) {
    EXPECT_EQ(parseInteger(text), std::nullopt) << text;
  }
}

}  // namespace orchestrator_exporter
