#include "exporter/pipeline/quality_keys.h"

#include <gtest/gtest.h>

#include "exporter/pipeline/pipeline_block.h"
#include "tests/exporter/pipeline/written_configuration.h"

namespace orchestrator_exporter::pipeline {
namespace {

MissingSettings settingsOf(const std::string& text) {
  return missingSettings(test::configurationOf(text, {pipelineBlock()}), std::chrono::seconds(10));
}

Missing missingOf(const MissingSettings& settings, const char* name) {
  return settings.of(LabelSet{{"__name__", name}});
}

TEST(QualityKeys, FillNothingUnlessTheySaySo) {
  EXPECT_FALSE(settingsOf("").fillAnything());
  EXPECT_FALSE(settingsOf("pipeline:\n  quality: {missing: discard}\n").fillAnything());
}

TEST(QualityKeys, SayWhatIsMadeOfMissingValues) {
  const auto settings = settingsOf("pipeline:\n  quality: {missing: interpolate, max_gap: 3}\n");
  EXPECT_EQ(missingOf(settings, "node_load1"), Missing::kInterpolate);
  EXPECT_EQ(settings.maxGap, 3);
  EXPECT_EQ(settings.interval, std::chrono::seconds(10));
  EXPECT_EQ(missingOf(settingsOf("pipeline:\n  quality: {missing: zero-fill}\n"), "node_load1"),
            Missing::kZeroFill);
}

TEST(QualityKeys, HaveWhatIsUsualOfSomeMetricsUnlessTheySaySomething) {
  const auto usual = settingsOf("pipeline: {defaults: true}\n");
  EXPECT_EQ(missingOf(usual, "page_browser:browser_page_load_seconds:p95_1m"),
            Missing::kInterpolate);
  EXPECT_EQ(missingOf(usual, "instance:cpu_utilization_ratio:max_1m"), Missing::kInterpolate);
  EXPECT_EQ(missingOf(usual, "page:browser_cumulative_layout_shift:p75_5m"), Missing::kZeroFill);
  EXPECT_EQ(missingOf(usual, "method_route_status:http_request_duration_seconds:p99_1m"),
            Missing::kDiscard);
  EXPECT_FALSE(
      settingsOf("pipeline:\n  defaults: true\n  quality: {missing: discard}\n").fillAnything());
}

}  // namespace
}  // namespace orchestrator_exporter::pipeline
