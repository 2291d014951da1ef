#include <gtest/gtest.h>

#include "metrics/exposition/escaping.h"

namespace orchestrator_exporter {
namespace {

TEST(SeriesText, IsTheNameAndTheLabels) {
  EXPECT_EQ(seriesText(LabelSet{{"__name__", "up"}}), "up");
  EXPECT_EQ(seriesText(LabelSet{{"__name__", "up"}, {"a", "1"}, {"b", "2"}}), R"(up{a="1",b="2"})");
}

TEST(SeriesText, EscapesWhatWouldEndAValue) {
  EXPECT_EQ(seriesText(LabelSet{{"__name__", "up"}, {"path", "a\\b\n\"c\""}}),
            R"(up{path="a\\b\n\"c\""})");
}

TEST(SeriesText, QuotesNamesThatAreNotLegalOfOld) {
  EXPECT_EQ(seriesText(LabelSet{{"__name__", "a name"}, {"a.b", "1"}}), R"({"a name","a.b"="1"})");
}

TEST(SeriesText, IsTheLabelsAloneWithoutAName) {
  EXPECT_EQ(seriesText(LabelSet{{"a", "1"}}), R"({a="1"})");
  EXPECT_EQ(seriesText(LabelSet()), "");
}

}  // namespace
}  // namespace orchestrator_exporter
