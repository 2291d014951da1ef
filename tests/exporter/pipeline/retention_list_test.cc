#include "exporter/pipeline/retention_list.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "exporter/pipeline/pipeline_block.h"
#include "tests/exporter/pipeline/written_configuration.h"

namespace orchestrator_exporter::pipeline {
namespace {

using configuration::durationKey;
using configuration::mapKey;
using std::chrono::hours;

constexpr hours kDay(24);

std::vector<history::SeriesRetention> retentionsOf(const std::string& text) {
  const configuration::Key ages =
      mapKey("retention",
             {durationKey("raw", "7d", {}, ""), durationKey("5m", "90d", {}, ""),
              durationKey("1h", "1y", {}, "")},
             "");
  return seriesRetentions(
      test::configurationOf(text, {pipelineBlock(), mapKey("history", {ages}, "")}));
}

// How long a series is kept raw; 0 if nothing is said of it.
hours rawOf(const std::vector<history::SeriesRetention>& all, const char* name) {
  const LabelSet series{{"__name__", name}};
  const auto found =
      std::ranges::find_if(all, [&](const auto& each) { return each.matches(series); });
  return found == all.end() ? hours(0) : std::chrono::duration_cast<hours>(found->readings);
}

TEST(RetentionList, HasTheAgesOfEachTier) {
  const auto all = retentionsOf(
      "pipeline:\n  retention: [{match: ['browser_.*'], raw: 2d, 5m: 30d, 1h: 100d}]\n");
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].readings, 2 * kDay);
  EXPECT_EQ(all[0].fiveMinutes, 30 * kDay);
  EXPECT_EQ(all[0].hour, 100 * kDay);
  EXPECT_TRUE(all[0].matches(LabelSet{{"__name__", "browser_page_load_seconds_sum"}}));
  EXPECT_FALSE(all[0].matches(LabelSet{{"__name__", "node_load1"}}));
}

TEST(RetentionList, LeavesWhatIsNotSaidAsItIsForAll) {
  const auto all = retentionsOf(
      "pipeline:\n  retention: [{match: [a], raw: 2d}]\nhistory: {retention: {5m: 50d}}\n");
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].readings, 2 * kDay);
  EXPECT_EQ(all[0].fiveMinutes, 50 * kDay);
  EXPECT_EQ(all[0].hour, 365 * kDay);
}

TEST(RetentionList, HasTheUsualOnesBehindThoseThatAreGiven) {
  EXPECT_TRUE(retentionsOf("").empty());
  const auto all =
      retentionsOf("pipeline:\n  defaults: true\n  retention: [{match: ['.*:db_.*'], raw: 3d}]\n");
  EXPECT_EQ(rawOf(all, "operation_table:db_query_duration_seconds:p95_1m"), 3 * kDay);
  EXPECT_EQ(rawOf(all, "db_query_duration_seconds_bucket"), kDay);
  EXPECT_EQ(rawOf(all, "instance:cpu_utilization_ratio:max_1m"), kDay);
  EXPECT_EQ(rawOf(all, "browser_page_load_seconds_count"), 7 * kDay);
  EXPECT_EQ(rawOf(all, "node_load1"), hours(0));
}

}  // namespace
}  // namespace orchestrator_exporter::pipeline
