#include "http/ingest/otlp/names.h"

#include <gtest/gtest.h>

namespace orchestrator_exporter::http::otlp {
namespace {

std::string sumName(std::string_view name, std::string_view unit) {
  return prometheusName({.name = name, .unit = unit, .kind = MetricKind::kSum, .monotonic = true})
      .name;
}

std::string gaugeName(std::string_view name, std::string_view unit) {
  return prometheusName({.name = name, .unit = unit, .kind = MetricKind::kGauge}).name;
}

std::string histogramName(std::string_view name, std::string_view unit) {
  return prometheusName({.name = name, .unit = unit, .kind = MetricKind::kHistogram}).name;
}

TEST(OtlpNames, EndInUnitAndTotal) {
  EXPECT_EQ(sumName("claude_code.cost.usage", "USD"), "claude_code_cost_usage_USD_total");
  EXPECT_EQ(sumName("claude_code.token.usage", "tokens"), "claude_code_token_usage_tokens_total");
  EXPECT_EQ(sumName("claude_code.active_time.total", "s"), "claude_code_active_time_seconds_total");
  EXPECT_EQ(sumName("codex.tool.call", ""), "codex_tool_call_total");
}

TEST(OtlpNames, LeaveOtherUnitsAsTheyAre) {
  EXPECT_EQ(gaugeName("rate", "bit/s"), "rate_bit_per_second");
  EXPECT_EQ(gaugeName("weight", "kg"), "weight_kg");
  EXPECT_EQ(gaugeName("rate", "By/y"), "rate_bytes_per_year");
}

TEST(OtlpNames, HaveEachWordOnce) {
  EXPECT_EQ(histogramName("request.seconds", "s"), "request_seconds");
  EXPECT_EQ(histogramName("codex.duration_ms", "ms"), "codex_duration_ms_milliseconds");
  EXPECT_EQ(gaugeName("memory..bytes_", "By"), "memory_bytes");
}

TEST(OtlpNames, LeaveAnnotationsOut) {
  EXPECT_EQ(histogramName("gen_ai.client.token.usage", "{token}"), "gen_ai_client_token_usage");
  EXPECT_EQ(gaugeName("rate", "{request}/s"), "rate_per_second");
  EXPECT_EQ(gaugeName("speed", "By/min"), "speed_bytes_per_minute");
}

TEST(OtlpNames, OfGaugesWithoutDimensionAreRatios) {
  EXPECT_EQ(gaugeName("cpu.utilization", "1"), "cpu_utilization_ratio");
  EXPECT_EQ(sumName("things", "1"), "things_total");
}

TEST(OtlpNames, BeginWithNoDigit) { EXPECT_EQ(gaugeName("2xx", ""), "_2xx"); }

TEST(OtlpNames, AreEmptyWithoutALetterOrDigit) {
  EXPECT_EQ(gaugeName("...", ""), "");
  EXPECT_EQ(sumName("\xff\xfe", "s"), "");
}

TEST(OtlpNames, TellTheUnitThatTheyEndIn) {
  EXPECT_EQ(prometheusName({.name = "a", .unit = "s", .kind = MetricKind::kGauge}).unit, "seconds");
  EXPECT_EQ(prometheusName({.name = "a.seconds.b", .unit = "s", .kind = MetricKind::kGauge}).unit,
            "");
}

TEST(OtlpNames, OfLabelsHaveLegalCharacters) {
  EXPECT_EQ(labelName("session.id"), "session_id");
  EXPECT_EQ(labelName("a--b..c"), "a_b_c");
  EXPECT_EQ(labelName("1st"), "key_1st");
  EXPECT_EQ(labelName("_"), "");
}

}  // namespace
}  // namespace orchestrator_exporter::http::otlp
