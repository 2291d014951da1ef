#include "metrics/pipeline/processor.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "metrics/pipeline/series_match.h"

namespace orchestrator_exporter::pipeline {
namespace {

using std::chrono::seconds;

LabelSet series(std::string name, std::vector<LabelSet::Pair> labels = {}) {
  labels.emplace_back("__name__", std::move(name));
  return LabelSet(std::move(labels));
}

double passed(Processor& processor, double value) {
  PassingSample sample{series("x"), value};
  EXPECT_EQ(processor.apply(sample, {}), "");
  return sample.value;
}

TEST(SeriesMatch, TakesANameWithMatchers) {
  const SeriesMatch veth("node_network_.*{device=~\"veth.*\"}");
  EXPECT_TRUE(veth.matches(series("node_network_up", {{"device", "veth12"}})));
  EXPECT_FALSE(veth.matches(series("node_network_up", {{"device", "eth0"}})));
  EXPECT_FALSE(veth.matches(series("my_node_network_up", {{"device", "veth12"}})));
}

TEST(SeriesMatch, TakesASelector) {
  const SeriesMatch host("{__name__=~\"node_.*|namedprocess_.*\", job!=\"x\"}");
  EXPECT_TRUE(host.matches(series("namedprocess_total")));
  EXPECT_FALSE(host.matches(series("node_load1", {{"job", "x"}})));
  EXPECT_TRUE(SeriesMatch("{job=\"\"}").matches(series("any")));
}

TEST(SeriesMatch, AnchorsNamesAndKnowsQuantifiers) {
  EXPECT_FALSE(SeriesMatch("up").matches(series("up_total")));
  EXPECT_TRUE(SeriesMatch("a{2}b").matches(series("aab")));
  EXPECT_TRUE(SeriesMatch("a{2,}{x=\"y\"}").matches(series("aaa", {{"x", "y"}})));
}

TEST(SeriesMatch, RefusesWhatItCannotRead) {
  for (const char* bad : {"", "(", "up{", "up{x=}", "{x=\"y\"", "up{x=~\"(\"}"}) {
    EXPECT_THROW(SeriesMatch{bad}, std::invalid_argument) << bad;
  }
}

TEST(Transform, MultipliesAddsAndRounds) {
  EXPECT_EQ(passed(*makeTransform({.multiply = 0.01, .add = 1, .round = {}}), 250), 3.5);
  EXPECT_EQ(passed(*makeTransform({.round = 1}), 0.25), 0.3);
  EXPECT_EQ(passed(*makeTransform({.round = -2}), 149), 100);
  EXPECT_EQ(passed(*makeTransform({.round = 15}), 1e300), 1e300);
  EXPECT_TRUE(std::isnan(passed(*makeTransform({.round = 1}), std::nan(""))));
}

TEST(Enrich, LeavesLabelsThatThereAre) {
  PassingSample sample{series("x", {{"env", "test"}}), 1};
  makeEnrich({{"env", "prod"}, {"zone", "a"}})->apply(sample, {});
  EXPECT_EQ(sample.labels.get("env"), "test");
  EXPECT_EQ(sample.labels.get("zone"), "a");
}

TEST(Normalize, ConvertsUnitsOfOneDimension) {
  EXPECT_EQ(passed(*makeNormalize("milliseconds", "seconds", ""), 1500), 1.5);
  EXPECT_EQ(passed(*makeNormalize("kibibytes", "bytes", ""), 2), 2048);
  EXPECT_EQ(passed(*makeNormalize("percent", "ratio", ""), 50), 0.5);
  EXPECT_NEAR(passed(*makeNormalize("fahrenheit", "celsius", ""), 212), 100, 1e-9);
  EXPECT_NEAR(passed(*makeNormalize("celsius", "kelvin", ""), 0), 273.15, 1e-9);
  EXPECT_THROW(makeNormalize("seconds", "bytes", ""), std::invalid_argument);
  EXPECT_THROW(makeNormalize("fortnights", "seconds", ""), std::invalid_argument);
}

TEST(Normalize, GivesTheNewName) {
  PassingSample sample{series("old_ms"), 1};
  makeNormalize("milliseconds", "seconds", "new_seconds")->apply(sample, {});
  EXPECT_EQ(sample.labels.get("__name__"), "new_seconds");
}

TEST(Validate, DropsClampsOrFlagsWhatIsOutOfRange) {
  const auto with = [](Reaction reaction) {
    return makeValidate({.min = 0, .max = 60, .onViolation = reaction});
  };
  PassingSample sample{series("x"), 61};
  EXPECT_EQ(with(Reaction::kDrop)->apply(sample, {}), "range");
  EXPECT_EQ(with(Reaction::kClamp)->apply(sample, {}), "");
  EXPECT_EQ(sample.value, 60);
  sample.value = -1;
  EXPECT_EQ(with(Reaction::kFlag)->apply(sample, {}), "");
  EXPECT_TRUE(sample.isFlagged);
  EXPECT_EQ(sample.value, -1);
  PassingSample edge{series("x"), 60};
  EXPECT_EQ(with(Reaction::kDrop)->apply(edge, {}), "");
}

TEST(Validate, TakesNoNumberThatIsNone) {
  const auto validate = makeValidate({.onViolation = Reaction::kClamp});
  PassingSample nothing{series("x"), std::nan("")};
  EXPECT_EQ(validate->apply(nothing, {}), "range");
  PassingSample infinite{series("x"), std::numeric_limits<double>::infinity()};
  EXPECT_EQ(validate->apply(infinite, {}), "");
  EXPECT_TRUE(std::isfinite(infinite.value));
}

class Outliers : public testing::TestWithParam<OutlierMethod> {};

// Values 100 to 119 and again: no method takes 125 for unusual by mistake, nor 1000 for usual.
TEST_P(Outliers, AreFlaggedByWhatIsUsualForTheirSeries) {
  const auto validate = makeValidate({.outliers = GetParam()});
  Time time{};
  const auto flagged = [&](const std::string& name, double value) {
    PassingSample sample{series(name), value};
    EXPECT_EQ(validate->apply(sample, time), "");
    time += seconds(15);
    return sample.isFlagged;
  };
  EXPECT_FALSE(flagged("usual", 1000)) << "nothing is known yet";
  for (int i = 0; i < 60; ++i) EXPECT_FALSE(flagged("usual", 100 + i % 20)) << i;
  EXPECT_FALSE(flagged("usual", 125));
  EXPECT_TRUE(flagged("usual", 1500));
  EXPECT_FALSE(flagged("other", 1500));
}

INSTANTIATE_TEST_SUITE_P(AllMethods, Outliers,
                         testing::Values(OutlierMethod::kMad, OutlierMethod::kIqr));

TEST(Validate, FindsOutliersByTheMean) {
  const auto validate =
      makeValidate({.outliers = OutlierMethod::kZScore, .onOutlier = Reaction::kDrop});
  Time time{};
  for (int i = 0; i < 40; ++i) {
    PassingSample sample{series("x"), i % 2 == 0 ? 9.0 : 11.0};
    EXPECT_EQ(validate->apply(sample, time), "") << i;
    time += seconds(15);
  }
  // Mean 10, deviation about 1.
  PassingSample near{series("x"), 12.9};
  EXPECT_EQ(validate->apply(near, time), "");
  PassingSample far{series("x"), 14};
  EXPECT_EQ(validate->apply(far, time), "outlier");
}

}  // namespace
}  // namespace orchestrator_exporter::pipeline
