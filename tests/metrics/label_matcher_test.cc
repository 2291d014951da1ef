#include "metrics/label_matcher.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace orchestrator_exporter {

namespace {
using Operator = LabelMatcher::Operator;
}  // namespace

TEST(LabelMatcher, ComparesWholeValues) {
  EXPECT_TRUE(LabelMatcher("a", Operator::kEqual, "x").matches("x"));
  EXPECT_FALSE(LabelMatcher("a", Operator::kEqual, "x").matches("xx"));
  EXPECT_FALSE(LabelMatcher("a", Operator::kNotEqual, "x").matches("x"));
  EXPECT_TRUE(LabelMatcher("a", Operator::kNotEqual, "x").matchesEmpty());
}

TEST(LabelMatcher, HoldsAnExpressionAgainstTheWholeValue) {
  const LabelMatcher matcher("a", Operator::kMatches, "b|bc");
  EXPECT_TRUE(matcher.matches("b"));
  EXPECT_TRUE(matcher.matches("bc"));
  EXPECT_FALSE(matcher.matches("abc"));
  EXPECT_FALSE(LabelMatcher("a", Operator::kMatchesNot, "b|bc").matches("bc"));
}

TEST(LabelMatcher, LetsADotMatchALineBreak) {
  EXPECT_TRUE(LabelMatcher("a", Operator::kMatches, "x.y").matches("x\ny"));
}

TEST(LabelMatcher, SaysWhyAnExpressionIsNone) {
  try {
    LabelMatcher("a", Operator::kMatches, "a(");
    FAIL();
  } catch (const std::invalid_argument& error) {
    EXPECT_STREQ(error.what(), "missing ): a(");
  }
  EXPECT_NO_THROW(LabelMatcher("a", Operator::kEqual, "a("));
}

}  // namespace orchestrator_exporter
