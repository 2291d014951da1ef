#include "exporter/pipeline/aggregator_figures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "tests/support/expositions.h"

namespace orchestrator_exporter::pipeline {

namespace {

using testing::HasSubstr;
using testing::Not;

rules::GroupStatus groupOf(const char* file, rules::RuleWork work) {
  auto definition = std::make_shared<rules::GroupDefinition>();
  definition->file = file;
  auto rule = std::make_shared<rules::RuleDefinition>();
  rule->name = "page:load:p95_1m";
  rules::GroupStatus group;
  group.definition = std::move(definition);
  group.rules.push_back({.definition = std::move(rule), .work = work});
  return group;
}

std::string textOf(const rules::GroupStatus& group) {
  return exposeText([&](Sink& out) { giveAggregatorFigures(group, out); });
}

TEST(AggregatorFigures, TellWhatARuleReadAndRecordedAndHowLongItTook) {
  const std::string text = textOf(groupOf(
      "pipeline", {.seenSamples = 600, .givenSamples = 4, .took = std::chrono::milliseconds(250)}));
  const std::string label = R"({rule="page:load:p95_1m"} )";
  EXPECT_THAT(text, HasSubstr("pipeline_aggregator_input_samples_total" + label + "600\n"));
  EXPECT_THAT(text, HasSubstr("pipeline_aggregator_output_samples_total" + label + "4\n"));
  EXPECT_THAT(text, HasSubstr("pipeline_aggregator_compression_ratio" + label + "150\n"));
  EXPECT_THAT(text, HasSubstr("pipeline_aggregator_evaluation_seconds_total" + label + "0.25\n"));
}

TEST(AggregatorFigures, HaveNoRatioOfWhatRecordedNothing) {
  EXPECT_THAT(textOf(groupOf("pipeline", {.seenSamples = 600})),
              Not(HasSubstr("compression_ratio{")));
}

TEST(AggregatorFigures, AreNotOfOtherRules) {
  EXPECT_EQ(textOf(groupOf("rules.yml", {.seenSamples = 600, .givenSamples = 4})), "");
}

}  // namespace

}  // namespace orchestrator_exporter::pipeline
