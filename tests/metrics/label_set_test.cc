#include "metrics/label_set.h"

#include <gtest/gtest.h>

namespace orchestrator_exporter {

TEST(LabelSet, IsSortedByNameWhateverTheOrderItWasGivenIn) {
  const LabelSet labels{{"job", "host"}, {"__name__", "up"}, {"instance", "a:1"}};
  std::string names;
  for (const auto& [name, value] : labels) names += name + ' ';
  EXPECT_EQ(names, "__name__ instance job ");
  EXPECT_EQ(labels.get("__name__"), "up");
}

TEST(LabelSet, TakesALabelWithoutAValueForOneThatIsNotThere) {
  LabelSet labels{{"a", ""}, {"b", "1"}};
  EXPECT_EQ(labels.size(), 1u);
  EXPECT_FALSE(labels.has("a"));
  labels.set("b", "");
  EXPECT_TRUE(labels.empty());
}

TEST(LabelSet, KeepsTheLastOfSeveralValues) {
  const LabelSet labels{{"a", "1"}, {"a", "2"}, {"b", "1"}, {"b", ""}};
  EXPECT_EQ(labels.get("a"), "2");
  EXPECT_FALSE(labels.has("b"));
}

TEST(LabelSet, SetsInItsPlace) {
  LabelSet labels{{"a", "1"}, {"c", "3"}};
  labels.set("b", "2");
  labels.set("c", "4");
  labels.remove("a");
  const LabelSet wanted{{"b", "2"}, {"c", "4"}};
  EXPECT_EQ(labels, wanted);
}

TEST(LabelSet, ComparesPairAfterPairTheShorterFirst) {
  const LabelSet first{{"a", "1"}};
  const LabelSet longer{{"a", "1"}, {"b", "9"}};
  const LabelSet higher{{"a", "2"}};
  const LabelSet later{{"b", "1"}};
  EXPECT_LT(first, longer);
  EXPECT_LT(longer, higher);
  EXPECT_LT(higher, later);
}

}  // namespace orchestrator_exporter
