#include "metrics/history/index/label_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace orchestrator_exporter::history {

namespace {

using Labels = std::vector<Label>;
using testing::ElementsAre;
using testing::IsEmpty;

Postings seriesOf(const LabelIndex& index, std::string_view name, std::string_view value) {
  Postings all;
  while (index.appendSeries(name, value, all.empty() ? 0 : all.back(), 2, all)) {
  }
  return all;
}

std::vector<std::string> valuesOf(const LabelIndex& index, std::string_view name) {
  std::vector<std::string> all;
  while (index.appendValues(name, all.empty() ? std::string() : all.back(), 2, all)) {
  }
  return all;
}

}  // namespace

TEST(LabelIndex, LeadsFromALabelToItsSeriesInParts) {
  LabelIndex index;
  for (SeriesId id = 1; id <= 5; ++id) {
    const std::string value = std::to_string(id);
    index.add(id, Labels{{"__name__", "m"}, {"id", value}});
  }
  EXPECT_THAT(seriesOf(index, "__name__", "m"), ElementsAre(1, 2, 3, 4, 5));
  EXPECT_THAT(seriesOf(index, "id", "3"), ElementsAre(3));
  EXPECT_THAT(seriesOf(index, "id", "9"), IsEmpty());
  EXPECT_THAT(seriesOf(index, "unknown", "m"), IsEmpty());
  EXPECT_EQ(index.countSeries("__name__", "m"), 5U);
  EXPECT_EQ(index.countSeries("id", "9"), 0U);
}

TEST(LabelIndex, KnowsTheValuesOfALabelInTheirOrder) {
  LabelIndex index;
  SeriesId id = 0;
  for (const char* value : {"d", "a", "c", "b", "a"}) index.add(++id, Labels{{"x", value}});
  EXPECT_THAT(valuesOf(index, "x"), ElementsAre("a", "b", "c", "d"));
  EXPECT_THAT(valuesOf(index, "y"), IsEmpty());
}

TEST(LabelIndex, GivesTheLabelsOfASeriesBack) {
  LabelIndex index;
  const auto kept = index.add(1, Labels{{"__name__", "m"}, {"a", "1"}});
  EXPECT_EQ(index.labelSet(kept), (LabelSet{{"__name__", "m"}, {"a", "1"}}));
  EXPECT_EQ(index.valueOf(kept, "a"), "1");
  EXPECT_EQ(index.valueOf(kept, "b"), "");
  EXPECT_TRUE(index.equal(kept, Labels{{"__name__", "m"}, {"a", "1"}}));
  EXPECT_FALSE(index.equal(kept, Labels{{"__name__", "m"}}));
  EXPECT_FALSE(index.equal(kept, Labels{{"__name__", "m"}, {"b", "1"}}));
}

TEST(LabelIndex, ForgetsSeriesWithTheTextsThatNobodyElseHas) {
  LabelIndex index;
  index.add(1, Labels{{"__name__", "m"}, {"a", "1"}});
  const auto some = index.add(2, Labels{{"__name__", "m"}, {"a", "2"}, {"b", "1"}});
  const auto others = index.add(3, Labels{{"__name__", "m"}, {"a", "2"}});
  std::vector<ValueId> gone(some.values().begin(), some.values().end());
  gone.insert(gone.end(), others.values().begin(), others.values().end());
  const std::size_t before = index.heldBytes();
  index.remove(Postings{2, 3}, gone);
  EXPECT_LT(index.heldBytes(), before);
  EXPECT_THAT(index.names(), ElementsAre("__name__", "a"));
  EXPECT_THAT(valuesOf(index, "a"), ElementsAre("1"));
  EXPECT_THAT(seriesOf(index, "__name__", "m"), ElementsAre(1));
}

}  // namespace orchestrator_exporter::history
