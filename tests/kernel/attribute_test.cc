#include "exporter/kernel/attribute.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/support/collectors.h"

namespace exporter {

TEST(Attribute, IsReadWithoutTheWhiteSpaceAroundIt) {
  TempSystem system;
  system.file("sys/a", " \t two words\n\n");
  Kernel kernel(system.roots());
  EXPECT_EQ(readAttribute(kernel, "sys/a"), "two words");
  EXPECT_EQ(readRawAttribute(kernel, "sys/a"), " \t two words\n\n");
}

TEST(Attribute, EndsAfter128Bytes) {
  TempSystem system;
  system.file("sys/a", std::string(127, 'x') + "yz\n");
  Kernel kernel(system.roots());
  EXPECT_EQ(readAttribute(kernel, "sys/a"), std::string(127, 'x') + "y");
}

TEST(Attribute, IsNothingWhereItCannotBeRead) {
  TempSystem system;
  system.directory("sys/a");
  Kernel kernel(system.roots());
  EXPECT_EQ(readAttribute(kernel, "sys/b"), std::nullopt);
  EXPECT_EQ(readRawAttribute(kernel, "sys/b"), std::nullopt);
  EXPECT_EQ(readRawAttribute(kernel, "sys/a"), std::nullopt);
  EXPECT_THROW(readAttribute(kernel, "sys/a"), ReadError);
}

TEST(Literal, ReadsEveryBase) {
  EXPECT_EQ(parseLiteral("81"), 81);
  EXPECT_EQ(parseLiteral("+81"), 81);
  EXPECT_EQ(parseLiteral("-0x1F"), -31);
  EXPECT_EQ(parseLiteral("0X1f"), 31);
  EXPECT_EQ(parseLiteral("010"), 8);
  EXPECT_EQ(parseLiteral("0o17"), 15);
  EXPECT_EQ(parseLiteral("0b101"), 5);
  EXPECT_EQ(parseLiteral("0"), 0);
  EXPECT_EQ(parseLiteral("1_000"), 1000);
  EXPECT_EQ(parseLiteral("0x_f"), 15);
}

TEST(Literal, ReadsAllThat64BitsHold) {
  EXPECT_EQ(parseLiteral("9223372036854775807"), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(parseLiteral("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(parseLiteral("9223372036854775808"), std::nullopt);
  EXPECT_EQ(parseLiteral("-9223372036854775809"), std::nullopt);
}

TEST(Literal, RefusesEverythingElse) {
  for (const char* text :
       {"", "-", "+-1", "--1", "abc", "1 2", "09", "0x", "0xg", "0b2", "_1", "1__0", "1_", "1.5"}) {
    EXPECT_EQ(parseLiteral(text), std::nullopt) << text;
  }
}

}  // namespace exporter
