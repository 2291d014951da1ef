#include "metrics/pipeline/chain_sink.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "tests/support/expositions.h"

namespace orchestrator_exporter::pipeline {
namespace {

StepSettings step(const std::string& match, std::function<std::unique_ptr<Processor>()> make) {
  return {.name = match, .match = {SeriesMatch(match)}, .make = std::move(make)};
}

StepSettings relabelStep(const std::string& match, const RelabelSettings& rule) {
  return step(match, [rule] { return makeRelabel({RelabelRule(rule)}); });
}

void giveAll(Sink& out) {
  out.gauge("temperature", "Help.").add(20, {{"room", "a"}});
  out.gauge("temperature", "Help.").add(21, {{"room", "b"}});
  const Bucket buckets[] = {{.upperBound = 0.1, .cumulativeCount = 1},
                            {.upperBound = 1, .cumulativeCount = 3}};
  out.histogram("took_seconds", "Help.").add({.buckets = buckets, .count = 4, .sum = 9}, {});
  const Quantile quantiles[] = {{.quantile = 0.5, .value = 2}};
  out.summary("size", "Help.").add({.quantiles = quantiles, .count = 2, .sum = 5}, {});
}

// The samples in the text format, without HELP.
std::string after(const std::vector<StepSettings>& steps,
                  std::map<std::string, int>* reasons = nullptr) {
  Chain chain(steps);
  const std::string text = exposeText([&](Sink& out) {
    ChainSink sink(out, chain, {}, [&](const Passed& passed) {
      if (reasons != nullptr) ++(*reasons)[std::string(passed.reason)];
    });
    giveAll(sink);
  });
  std::string kept;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at) + 1;
    if (!text.substr(at).starts_with("# HELP")) kept += text.substr(at, end - at);
    at = end;
  }
  return kept;
}

TEST(ChainSink, PassesEverythingWithoutSteps) {
  EXPECT_EQ(after({}),
            "# TYPE size summary\nsize{quantile=\"0.5\"} 2\nsize_sum 5\nsize_count 2\n"
            "# TYPE temperature gauge\ntemperature{room=\"a\"} 20\ntemperature{room=\"b\"} 21\n"
            "# TYPE took_seconds histogram\ntook_seconds_bucket{le=\"0.1\"} 1\n"
            "took_seconds_bucket{le=\"1\"} 3\ntook_seconds_bucket{le=\"+Inf\"} 4\n"
            "took_seconds_sum 9\ntook_seconds_count 4\n");
}

TEST(ChainSink, DropsSeries) {
  std::map<std::string, int> reasons;
  const std::string text = after({step("temperature{room=\"a\"}", makeDrop)}, &reasons);
  EXPECT_EQ(text.find("room=\"a\""), std::string::npos);
  EXPECT_NE(text.find("temperature{room=\"b\"} 21\n"), std::string::npos);
  // Two gauges, three buckets, sum and count, a quantile, sum and count.
  EXPECT_EQ(reasons, (std::map<std::string, int>{{"", 9}, {"filter", 1}}));
}

TEST(ChainSink, KeepsOnlyWhatAFilterKeeps) {
  StepSettings keep = step("temperature", makeDrop);
  keep.isInverted = true;
  EXPECT_EQ(after({keep}),
            "# TYPE temperature gauge\ntemperature{room=\"a\"} 20\ntemperature{room=\"b\"} 21\n");
}

TEST(ChainSink, LeavesAHistogramWholeIfAllOfItHasTheSameLabels) {
  const std::string text =
      after({relabelStep("took_.*", {.targetLabel = "env", .replacement = "prod"})});
  EXPECT_NE(text.find("# TYPE took_seconds histogram\n"
                      "took_seconds_bucket{env=\"prod\",le=\"0.1\"} 1\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("took_seconds_count{env=\"prod\"} 4\n"), std::string::npos);
}

TEST(ChainSink, RenamesAHistogramAsAWhole) {
  const std::string text = after({relabelStep("took_.*", {.sourceLabels = {"__name__"},
                                                          .regex = "took_(.*)",
                                                          .targetLabel = "__name__",
                                                          .replacement = "needed_$1"})});
  EXPECT_NE(text.find("# TYPE needed_seconds histogram\n"), std::string::npos) << text;
  EXPECT_EQ(text.find("took_"), std::string::npos);
}

TEST(ChainSink, GivesWhatIsLeftOfAHistogramByItself) {
  const std::string text = after({step("took_seconds_bucket", makeDrop)});
  EXPECT_EQ(text.find("took_seconds_bucket"), std::string::npos);
  EXPECT_NE(text.find("# TYPE took_seconds_count untyped\ntook_seconds_count 4\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("took_seconds_sum 9\n"), std::string::npos);
}

TEST(ChainSink, DropsSeriesThatBecomeOne) {
  std::map<std::string, int> reasons;
  const std::string text =
      after({relabelStep("temperature", {.action = RelabelAction::kLabelDrop, .regex = "room"})},
            &reasons);
  EXPECT_NE(text.find("temperature 20\n"), std::string::npos) << text;
  EXPECT_EQ(reasons["duplicate"], 1);
}

TEST(ChainSink, DropsWhatIsNamelessThen) {
  std::map<std::string, int> reasons;
  after({relabelStep("temperature", {.action = RelabelAction::kLabelDrop, .regex = "__name__"})},
        &reasons);
  EXPECT_EQ(reasons["nameless"], 2);
}

TEST(Chain, CountsWhatEachStepDid) {
  Chain chain({step("a.*", makeDrop), step("b.*", [] {
                 return makeValidate({.max = 1, .onViolation = Reaction::kFlag});
               })});
  const auto pass = [&](const std::string& name, double value) {
    PassingSample sample{LabelSet{{"__name__", name}}, value};
    return std::string(chain.pass(sample, {}));
  };
  EXPECT_EQ(pass("a1", 0), "filter");
  EXPECT_EQ(pass("a2", 0), "filter");
  EXPECT_EQ(pass("b", 5), "");
  EXPECT_EQ(pass("c", 5), "");
  const auto figures = chain.figures();
  ASSERT_EQ(figures.size(), 2U);
  EXPECT_EQ(figures[0].matched, 2U);
  EXPECT_EQ(figures[0].dropped.at("filter"), 2U);
  EXPECT_EQ(figures[1].matched, 1U);
  EXPECT_EQ(figures[1].flagged, 1U);
  EXPECT_TRUE(figures[1].dropped.empty());
}

}  // namespace
}  // namespace orchestrator_exporter::pipeline
