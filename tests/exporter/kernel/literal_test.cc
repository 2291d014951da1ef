#include "exporter/kernel/literal.h"

#include <gtest/gtest.h>

namespace orchestrator_exporter {

TEST(Literal, ReadsTheBasesOfSourceCode) {
  EXPECT_EQ(parseUnsignedLiteral("0"), 0u);
  EXPECT_EQ(parseUnsignedLiteral("42"), 42u);
  EXPECT_EQ(parseUnsignedLiteral("0x1F"), 31u);
  EXPECT_EQ(parseUnsignedLiteral("0b101"), 5u);
  EXPECT_EQ(parseUnsignedLiteral("0o17"), 15u);
  EXPECT_EQ(parseUnsignedLiteral("017"), 15u);
  EXPECT_EQ(parseUnsignedLiteral("18446744073709551615"), 18446744073709551615u);
}

TEST(Literal, ReadsSigns) {
  EXPECT_EQ(parseIntegerLiteral("-0x10"), -16);
  EXPECT_EQ(parseIntegerLiteral("+7"), 7);
  EXPECT_EQ(parseIntegerLiteral("-9223372036854775808"), INT64_MIN);
  EXPECT_EQ(parseIntegerLiteral("9223372036854775807"), INT64_MAX);
}

TEST(Literal, RefusesWhatIsNoWholeNumber) {
  for (const char* word : {"", "x", "0x", "08", "0b2", "1.5", "1 ", "18446744073709551616"}) {
    EXPECT_FALSE(parseUnsignedLiteral(word)) << word;
  }
  EXPECT_FALSE(parseUnsignedLiteral("-1"));
  for (const char* word : {"", "-", "+-1", "9223372036854775808", "-9223372036854775809"}) {
    EXPECT_FALSE(parseIntegerLiteral(word)) << word;
  }
}

}  // namespace orchestrator_exporter
