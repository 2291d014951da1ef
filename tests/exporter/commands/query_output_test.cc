#include "exporter/commands/query_output.h"

#include <gtest/gtest.h>

#include <memory>

#include "exporter/command_line.h"

namespace orchestrator_exporter::commands {

namespace {

promql::ResultSeries series(const LabelSet& labels, std::vector<promql::Point> points) {
  return {std::make_shared<LabelSet>(labels), std::move(points)};
}

promql::QueryResult vector() {
  promql::QueryResult result;
  result.series = {
      series({{"__name__", "up"}, {"job", "a\"b"}}, {{1'700'000'000'500, 1}}),
      series({}, {{1'700'000'000'500, 1e30}}),
  };
  return result;
}

promql::QueryResult matrix() {
  promql::QueryResult result;
  result.type = promql::ValueType::kMatrix;
  result.series = {series({{"__name__", "wait_seconds_total"}, {"job", "=a"}},
                          {{1'700'000'000'000, -0.5}, {1'700'000'015'000, 2}})};
  return result;
}

promql::QueryResult scalar() {
  promql::QueryResult result;
  result.type = promql::ValueType::kScalar;
  result.scalar = {1'700'000'000'000, 1.5};
  return result;
}

}  // namespace

// The expectations of promql and json are what promtool 3.5.3 printed for such answers.
TEST(QueryOutput, OfPromqlIsAsPromtoolPrintsIt) {
  EXPECT_EQ(formatted(vector(), "promql"),
            "up{job=\"a\\\"b\"} => 1 @[1700000000.5]\n"
            "{} => 1000000000000000000000000000000 @[1700000000.5]\n");
  EXPECT_EQ(formatted(matrix(), "promql"),
            "wait_seconds_total{job=\"=a\"} =>\n-0.5 @[1700000000]\n2 @[1700000015]\n");
  EXPECT_EQ(formatted(scalar(), "promql"), "scalar: 1.5 @[1700000000]\n");
  EXPECT_EQ(formatted({}, "promql"), "\n");
}

TEST(QueryOutput, OfJsonIsTheResultAlone) {
  EXPECT_EQ(formatted(matrix(), "json"),
            "[{\"metric\":{\"__name__\":\"wait_seconds_total\",\"job\":\"=a\"},"
            "\"values\":[[1700000000,\"-0.5\"],[1700000015,\"2\"]]}]\n");
  EXPECT_EQ(formatted(scalar(), "json"), "[1700000000,\"1.5\"]\n");
  EXPECT_EQ(formatted({}, "json"), "[]\n");
}

TEST(QueryOutput, OfCsvHasAColumnForEachLabelAndNoFormulas) {
  EXPECT_EQ(formatted(matrix(), "csv"),
            "time,unix_ms,metric,value,unit,job\r\n"
            "2023-11-14T22:13:20.000Z,1700000000000,wait_seconds_total,-0.5,seconds,'=a\r\n"
            "2023-11-14T22:13:35.000Z,1700000015000,wait_seconds_total,2,seconds,'=a\r\n");
  EXPECT_EQ(formatted(vector(), "csv"),
            "time,unix_ms,metric,value,unit,job\r\n"
            "2023-11-14T22:13:20.500Z,1700000000500,up,1,,\"a\"\"b\"\r\n"
            "2023-11-14T22:13:20.500Z,1700000000500,,1000000000000000000000000000000,,\r\n");
}

TEST(QueryOutput, OfATableStandsInColumns) {
  EXPECT_EQ(formatted(matrix(), "table"),
            "time                      metric              value  job\n"
            "2023-11-14T22:13:20.000Z  wait_seconds_total  -0.5   =a\n"
            "2023-11-14T22:13:35.000Z  wait_seconds_total  2      =a\n");
}

TEST(QueryOutput, OtherFormatsAreRefused) { EXPECT_THROW(formatted({}, "xml"), UsageError); }

}  // namespace orchestrator_exporter::commands
