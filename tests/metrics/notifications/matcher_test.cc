#include "metrics/notifications/matcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "metrics/notifications/alert.h"

namespace orchestrator_exporter::notifications {
namespace {

// What a matcher is read as, in the form of group keys; the reason if it is none.
std::string readAs(const std::string& text) {
  try {
    return parseMatchers(text).text();
  } catch (const std::invalid_argument& error) {
    return std::string("no: ") + error.what();
  }
}

TEST(Matchers, AreReadInTheClassicGrammar) {
  EXPECT_EQ(readAs("severity=critical"), R"({severity="critical"})");
  EXPECT_EQ(readAs(R"(severity = "critical")"), R"({severity="critical"})");
  EXPECT_EQ(readAs(R"(a!="b")"), R"({a!="b"})");
  EXPECT_EQ(readAs("a=~b|c"), R"({a=~"b|c"})");
  EXPECT_EQ(readAs(R"(a!~"b.*")"), R"({a!~"b.*"})");
  EXPECT_EQ(readAs("a="), R"({a=""})");
}

TEST(Matchers, SeveralStandInBracesWithCommasBetweenThem) {
  EXPECT_EQ(readAs(R"({b="2", a="1",})"), R"({a="1",b="2"})");
  EXPECT_EQ(readAs(R"(a="x,y",b=z)"), R"({a="x,y",b="z"})");
  EXPECT_EQ(readAs("{}"), "{}");
}

TEST(Matchers, EscapesOfQuotedValuesAreUndone) {
  EXPECT_EQ(readAs(R"(a="say \"hi\"\n\\")"), R"({a="say \"hi\"\n\\"})");
  EXPECT_EQ(readAs(R"(a="\d")"), R"({a="\\d"})");
}

TEST(Matchers, NamesInUtf8AreTakenIfTheClassicGrammarRefuses) {
  EXPECT_EQ(readAs("{größe=\"5\"}"), "{größe=\"5\"}");
  EXPECT_EQ(readAs(R"("http.status"="500")"), R"({http.status="500"})");
  EXPECT_EQ(readAs(R"("two words"=x)"), R"({"two words"="x"})");
}

TEST(Matchers, OneCommaMayStandAtTheEnd) {
  EXPECT_EQ(readAs("a==~_,"), R"({a="=~_"})");
  EXPECT_EQ(readAs("a=b, "), R"({a="b"})");
}

TEST(Matchers, BracesOfTheClassicGrammarNeedNoPartner) {
  EXPECT_EQ(readAs("}"), "{}");
  EXPECT_EQ(readAs(" }"), "{}");
  EXPECT_EQ(readAs("\u2003}"), "{}");
  EXPECT_EQ(readAs("{a=b"), R"({a="b"})");
}

TEST(Matchers, WhiteSpaceOfUnicodeIsSkipped) {
  EXPECT_EQ(readAs("\u00a0a=b\u3000"), R"({a="b"})");
  EXPECT_EQ(readAs("\u0085{größe\u2003=\u00a0\"5\"}\u2028"), "{größe=\"5\"}");
  EXPECT_THAT(readAs("größe=5\u00a0m"), testing::StartsWith("no: "));
}

TEST(Matchers, WhatTheClassicGrammarTakesForAValueStaysPartOfIt) {
  EXPECT_EQ(readAs("a=\vb"), "{a=\"\vb\"}");
  EXPECT_EQ(readAs("a=b\u00a0c"), "{a=\"b\u00a0c\"}");
  EXPECT_EQ(readAs("{a=b} "), R"({a="b}"})");
}

TEST(Matchers, WhatIsNoneIsRefused) {
  for (const char* text : {"severity", "=x", R"(a="b)", "a=\"b\"c\"", "a=~(", ",,"}) {
    EXPECT_THAT(readAs(text), testing::StartsWith("no: ")) << text;
  }
}

TEST(Matchers, AllHaveToHold) {
  const Matchers both = parseMatchers(R"({severity="critical",host!=""})");
  EXPECT_TRUE(both.match({{"severity", "critical"}, {"host", "a"}}));
  EXPECT_FALSE(both.match({{"severity", "critical"}}));
  EXPECT_FALSE(both.match({{"severity", "warning"}, {"host", "a"}}));
}

TEST(Matchers, RegularExpressionsMatchTheWholeValue) {
  EXPECT_TRUE(parseMatchers("a=~b.").match({{"a", "bc"}}));
  EXPECT_FALSE(parseMatchers("a=~b.").match({{"a", "abc"}}));
}

TEST(Fingerprint, IsAlertmanagers) {
  const LabelSet labels = {
      {"alertname", "CPUBottleneck"}, {"instance", "h:1"}, {"severity", "critical"}};
  EXPECT_EQ(textOf(fingerprint(labels)), "9e46bce876018faf");
}

}  // namespace
}  // namespace orchestrator_exporter::notifications
