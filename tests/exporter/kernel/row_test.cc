#include "exporter/kernel/row.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace orchestrator_exporter {

// What the row says when it is asked for something that is not there.
template <typename Ask>
std::string errorOf(Ask ask) {
  try {
    ask();
  } catch (const ParseError& error) {
    return error.what();
  }
  return {};
}

TEST(Row, SplitsAtBlanksOfEveryKind) {
  const Row row("f", 3, "  a\tb   c ");
  EXPECT_EQ(row.size(), 3u);
  EXPECT_EQ(row.word(0), "a");
  EXPECT_EQ(row.word(2), "c");
  EXPECT_EQ(row.find(3), std::nullopt);
}

TEST(Row, ReadsNumbersOfEveryKind) {
  const Row row("f", 1, "1.5 18446744073709551615 -7 ff +Inf nan 1e3");
  EXPECT_EQ(row.number(0), 1.5);
  EXPECT_EQ(row.unsignedInteger(1), 18446744073709551615u);
  EXPECT_EQ(row.integer(2), -7);
  EXPECT_EQ(row.hexadecimal(3), 255u);
  EXPECT_TRUE(std::isinf(row.number(4)));
  EXPECT_TRUE(std::isnan(row.number(5)));
  EXPECT_EQ(row.number(6), 1000);
}

TEST(Row, NamesFileLineAndFindingOfWhatIsNoNumber) {
  const Row row("proc/x", 7, "abc 1x -1 18446744073709551616");
  EXPECT_EQ(errorOf([&] { row.number(0); }), "proc/x:7: expected a number, got 'abc'");
  EXPECT_EQ(errorOf([&] { row.number(1); }), "proc/x:7: expected a number, got '1x'");
  EXPECT_EQ(errorOf([&] { row.unsignedInteger(2); }),
            "proc/x:7: expected a whole number of at most 64 bits, got '-1'");
  EXPECT_EQ(errorOf([&] { row.unsignedInteger(3); }),
            "proc/x:7: expected a whole number of at most 64 bits, got '18446744073709551616'");
}

TEST(Row, NamesTheMissingColumn) {
  EXPECT_EQ(errorOf([] { Row("f", 2, "a b").word(2); }), "f:2: expected at least 3 columns, got 2");
}

TEST(Row, ShowsFindingsInPrintableCharacters) {
  EXPECT_EQ(errorOf([] { Row("f", 1, "\xFF\x01").number(0); }),
            "f:1: expected a number, got '\\xff\\x01'");
}

TEST(Rows, WalkLineByLineWithTheLastOneUnended) {
  std::vector<std::string> lines;
  for (const Row& row : Rows("f", "a b\n\nc")) {
    lines.push_back(std::to_string(row.lineNumber()) + std::string(row.text()));
  }
  EXPECT_THAT(lines, testing::ElementsAre("1a b", "2", "3c"));
}

TEST(Row, SplitsRowsOfAnyLength) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += std::to_string(i) + ' ';
  const Row row("f", 1, text);
  EXPECT_EQ(row.number(99), 99);
  EXPECT_EQ(row.number(3), 3);
  EXPECT_EQ(row.size(), 100u);
  EXPECT_EQ(row.find(100), std::nullopt);
}

TEST(Row, OfBlanksAloneIsEmpty) {
  EXPECT_TRUE(Row("f", 1, " \t\r").empty());
  EXPECT_TRUE(Row().empty());
  EXPECT_FALSE(Row("f", 1, " a").empty());
  EXPECT_EQ(errorOf([] { Row("f", 1, "").number(0); }), "f:1: expected at least 1 columns, got 0");
}

TEST(Row, BecomesTheNextLine) {
  Row row("f", 1, "a b c");
  EXPECT_EQ(row.size(), 3u);
  row.assign(2, "d");
  EXPECT_EQ(row.size(), 1u);
  EXPECT_EQ(row.word(0), "d");
  EXPECT_EQ(row.lineNumber(), 2u);
  EXPECT_EQ(errorOf([&] { row.number(0); }), "f:2: expected a number, got 'd'");
}

TEST(Row, TakesHexadecimalNumbersWithoutAPrefix) {
  const Row row("f", 1, "FFffFFffFFffFFff 0x10 10000000000000000 -1 g");
  EXPECT_EQ(row.hexadecimal(0), 0xFFFFFFFFFFFFFFFFu);
  for (std::size_t i = 1; i < 5; ++i) EXPECT_THROW(row.hexadecimal(i), ParseError) << i;
}

TEST(Row, TakesSignedNumbersOf64Bits) {
  const Row row("f", 1, "-9223372036854775808 9223372036854775807 9223372036854775808 1.0");
  EXPECT_EQ(row.integer(0), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(row.integer(1), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(errorOf([&] { row.integer(2); }),
            "f:1: expected a whole number, got '9223372036854775808'");
  EXPECT_THROW(row.integer(3), ParseError);
}

TEST(Rows, OfAnEmptyTextAreNone) {
  for (const Row& row : Rows("f", "")) FAIL() << row.text();
}

TEST(Rows, EndWithTheLastLineEnd) {
  int lines = 0;
  for (const Row& row : Rows("f", "a\nb\n")) lines += row.empty() ? 100 : 1;
  EXPECT_EQ(lines, 2);
}

TEST(Trim, TakesWhiteSpaceFromBothEnds) {
  EXPECT_EQ(trim("\t a b\n"), "a b");
  EXPECT_EQ(trim(" \n"), "");
}

}  // namespace orchestrator_exporter
