#include "metrics/processors/relabel.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace orchestrator_exporter {
namespace {

using enum RelabelAction;

const LabelSet kSeries{{"__name__", "up"}, {"a", "Foo"}, {"b", "bar"}, {"c", "baz"}};

// The labels after one rule; nullopt if the series is dropped.
std::optional<LabelSet> after(RelabelSettings settings, LabelSet labels = kSeries) {
  if (!RelabelRule(std::move(settings)).apply(labels)) return std::nullopt;
  return labels;
}

LabelSet with(std::string_view name, std::string_view value) {
  LabelSet labels = kSeries;
  labels.set(name, value);
  return labels;
}

TEST(Relabel, ReplacesByTheGroupsOfAMatch) {
  EXPECT_EQ(after({.sourceLabels = {"a", "b"},
                   .regex = "(.*);(?P<last>.*)",
                   .targetLabel = "d",
                   .replacement = "${last}-$1-$9-$$-$"}),
            with("d", "bar-Foo--$-$"));
}

TEST(Relabel, TakesTheDefaultsOfPrometheus) {
  EXPECT_EQ(after({.sourceLabels = {"a", "b"}, .targetLabel = "d"}), with("d", "Foo;bar"));
}

TEST(Relabel, MatchesWholeTextsAlone) {
  EXPECT_EQ(after({.sourceLabels = {"a"}, .regex = "Fo", .targetLabel = "d"}), kSeries);
  EXPECT_EQ(after({.action = kDrop, .sourceLabels = {"a"}, .regex = "x|Fo"}), kSeries);
}

TEST(Relabel, MatchesLineEndsByADot) {
  EXPECT_EQ(after({.action = kKeep, .sourceLabels = {"a"}, .regex = "x.y"}, {{"a", "x\ny"}}),
            (LabelSet{{"a", "x\ny"}}));
}

TEST(Relabel, TakesALabelOutIfItsReplacementIsEmpty) {
  EXPECT_EQ(after({.targetLabel = "c", .replacement = ""}), with("c", ""));
  EXPECT_EQ(after({.sourceLabels = {"none"}, .targetLabel = "c"}), with("c", ""));
}

TEST(Relabel, NamesItsTargetByGroups) {
  EXPECT_EQ(
      after(
          {.sourceLabels = {"b"}, .regex = "(..)(.)", .targetLabel = "t_$1", .replacement = "$2"}),
      with("t_ba", "r"));
  EXPECT_EQ(after({.sourceLabels = {"b"}, .targetLabel = "$2", .replacement = "x"}), kSeries);
}

TEST(Relabel, KeepsAndDropsSeries) {
  EXPECT_EQ(after({.action = kKeep, .sourceLabels = {"a"}, .regex = "F.*"}), kSeries);
  EXPECT_EQ(after({.action = kKeep, .sourceLabels = {"a"}, .regex = "f.*"}), std::nullopt);
  EXPECT_EQ(after({.action = kDrop, .sourceLabels = {"a"}, .regex = "F.*"}), std::nullopt);
  EXPECT_EQ(after({.action = kDrop, .sourceLabels = {"a"}, .regex = "f.*"}), kSeries);
}

TEST(Relabel, KeepsAndDropsWhatIsEqual) {
  EXPECT_EQ(after({.action = kKeepEqual, .sourceLabels = {"b"}, .targetLabel = "b"}), kSeries);
  EXPECT_EQ(after({.action = kKeepEqual, .sourceLabels = {"b"}, .targetLabel = "c"}), std::nullopt);
  EXPECT_EQ(after({.action = kDropEqual, .sourceLabels = {"b"}, .targetLabel = "c"}), kSeries);
  EXPECT_EQ(after({.action = kDropEqual, .sourceLabels = {"b"}, .targetLabel = "b"}), std::nullopt);
}

// Of the MD5 37b51d194a7513e45b56f6524f2d51f2 of "bar" the second half, 0x5b56f6524f2d51f2.
TEST(Relabel, DealsOutByAHash) {
  EXPECT_EQ(after({.action = kHashMod, .sourceLabels = {"b"}, .targetLabel = "d", .modulus = 1000}),
            with("d", std::to_string(0x5b56f6524f2d51f2 % 1000)));
}

TEST(Relabel, MapsNamesOfLabels) {
  EXPECT_EQ(after({.action = kLabelMap, .regex = "([ab])", .replacement = "new_$1"}),
            (LabelSet{{"__name__", "up"},
                      {"a", "Foo"},
                      {"b", "bar"},
                      {"c", "baz"},
                      {"new_a", "Foo"},
                      {"new_b", "bar"}}));
}

TEST(Relabel, MapsFromTheNamesThatWereThereBefore) {
  EXPECT_EQ(after({.action = kLabelMap, .regex = "(.)", .replacement = "b"}, {{"a", "1"}}),
            (LabelSet{{"a", "1"}, {"b", "1"}}));
}

// Whose value stays of several that get one name: that of the last, and what rules have set comes
// behind the others, in the order in which it was first set.
TEST(Relabel, MapsWhatRulesHaveSetLast) {
  const RelabelRule setA({.targetLabel = "a", .replacement = "set"});
  const RelabelRule setB({.targetLabel = "b", .replacement = "set, too"});
  const RelabelRule setAAgain({.targetLabel = "a", .replacement = "again"});
  const RelabelRule dropA({.action = kLabelDrop, .regex = "a"});
  const RelabelRule map({.action = kLabelMap, .regex = "[abc]", .replacement = "mapped"});
  const auto mapped = [](const std::vector<RelabelRule>& rules) {
    LabelSet labels = kSeries;
    EXPECT_TRUE(relabel(rules, labels));
    return std::string(labels.get("mapped"));
  };
  EXPECT_EQ(mapped({map}), "baz");
  EXPECT_EQ(mapped({setA, map}), "set");
  EXPECT_EQ(mapped({setB, setA, map}), "set");
  EXPECT_EQ(mapped({setA, setB, setAAgain, map}), "set, too");
  EXPECT_EQ(mapped({setA, setB, dropA, setAAgain, map}), "again");
}

// As Prometheus, which then fails the scrape unless a later rule takes the label away.
TEST(Relabel, LeavesALabelWithoutANameIfThereIsNoGroupToMap) {
  LabelSet labels{{"__name__", "up"}, {"a", "1"}};
  const RelabelRule map({.action = kLabelMap, .regex = "a"});
  EXPECT_TRUE(map.apply(labels));
  EXPECT_TRUE(isInvalid(labels));
  const RelabelRule keep({.action = kLabelKeep, .regex = "__name__|a"});
  EXPECT_TRUE(keep.apply(labels));
  EXPECT_FALSE(isInvalid(labels));
  EXPECT_EQ(labels, (LabelSet{{"__name__", "up"}, {"a", "1"}}));
}

TEST(Relabel, DealsOutByModuliOfAllItsBits) {
  EXPECT_EQ(after({.action = kHashMod,
                   .sourceLabels = {"b"},
                   .targetLabel = "d",
                   .modulus = 0xffff'ffff'ffff'ffff}),
            with("d", std::to_string(0x5b56f6524f2d51f2)));
}

TEST(Relabel, DropsAndKeepsLabels) {
  EXPECT_EQ(after({.action = kLabelDrop, .regex = "[ab]"}),
            (LabelSet{{"__name__", "up"}, {"c", "baz"}}));
  EXPECT_EQ(after({.action = kLabelKeep, .regex = "__name__|a"}),
            (LabelSet{{"__name__", "up"}, {"a", "Foo"}}));
}

TEST(Relabel, ChangesTheCaseOfLetters) {
  const LabelSet labels{{"a", "Grüße Ωİ \xff"}};
  EXPECT_EQ(after({.action = kLowercase, .sourceLabels = {"a"}, .targetLabel = "a"}, labels),
            (LabelSet{{"a", "grüße ωi \xff"}}));
  EXPECT_EQ(after({.action = kUppercase, .sourceLabels = {"a"}, .targetLabel = "a"}, labels),
            (LabelSet{{"a", "GRÜßE Ωİ \xff"}}));
}

TEST(Relabel, AppliesRulesInTheirOrderUntilOneDrops) {
  const std::vector<RelabelRule> rules = {
      RelabelRule({.targetLabel = "d", .replacement = "1"}),
      RelabelRule({.action = kDrop, .sourceLabels = {"d", "a"}, .regex = "1;Foo"}),
  };
  LabelSet labels = kSeries;
  EXPECT_FALSE(relabel(rules, labels));
  LabelSet other{{"a", "x"}};
  EXPECT_TRUE(relabel(rules, other));
  EXPECT_EQ(other, (LabelSet{{"a", "x"}, {"d", "1"}}));
}

TEST(Relabel, RefusesWhatPrometheusRefuses) {
  const std::vector<RelabelSettings> invalid = {
      {},
      {.regex = "(", .targetLabel = "a"},
      {.action = kHashMod, .targetLabel = "a"},
      {.action = kHashMod, .modulus = 2},
      {.action = kLowercase},
      {.action = kUppercase, .targetLabel = "a", .replacement = "x"},
      {.action = kKeepEqual, .sourceLabels = {"a"}},
      {.action = kDropEqual, .sourceLabels = {"a"}, .regex = "x", .targetLabel = "a"},
      {.action = kDropEqual, .sourceLabels = {"a"}, .separator = ",", .targetLabel = "a"},
      {.action = kLabelDrop, .sourceLabels = {"a"}, .regex = "x"},
      {.action = kLabelKeep, .regex = "x", .targetLabel = "a"},
      {.action = kLabelMap, .regex = "x", .replacement = ""},
  };
  for (std::size_t i = 0; i < invalid.size(); ++i) {
    EXPECT_THROW(RelabelRule{invalid[i]}, std::invalid_argument) << i;
  }
}

TEST(Relabel, KnowsTheWordsForActionsInAnyCase) {
  EXPECT_EQ(relabelAction("hashmod"), kHashMod);
  EXPECT_EQ(relabelAction("LabelMap"), kLabelMap);
  EXPECT_EQ(relabelAction("rename"), std::nullopt);
}

}  // namespace
}  // namespace orchestrator_exporter
