#include "http/endpoints/api/results.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace orchestrator_exporter::http {
namespace {

using promql::QueryResult;
using promql::ValueType;

promql::ResultSeries seriesOf(const char* job, std::vector<promql::Point> points) {
  return {std::make_shared<const LabelSet>(LabelSet{{"__name__", "up"}, {"job", job}}),
          std::move(points)};
}

QueryResult of(ValueType type) {
  QueryResult result;
  result.type = type;
  return result;
}

std::string dataOf(const QueryResult& result, std::size_t limit = 0) {
  return std::string(apiAnswerOf(result, limit).data.view());
}

TEST(ApiResults, WriteAVector) {
  QueryResult result = of(ValueType::kVector);
  result.series = {seriesOf("a", {{1500, 1}}), seriesOf("b", {{1500, 1e-7}})};
  EXPECT_EQ(
      dataOf(result),
      R"({"resultType":"vector","result":[{"metric":{"__name__":"up","job":"a"},)"
      R"("value":[1.500,"1"]},{"metric":{"__name__":"up","job":"b"},"value":[1.500,"1e-07"]}]})");
}

TEST(ApiResults, WriteAMatrix) {
  QueryResult result = of(ValueType::kMatrix);
  result.series = {seriesOf("a", {{1000, 1}, {2000, 2.5}})};
  EXPECT_EQ(dataOf(result),
            R"({"resultType":"matrix","result":[{"metric":{"__name__":"up","job":"a"},)"
            R"("values":[[1,"1"],[2,"2.5"]]}]})");
}

HistogramPointer exponentialHistogram() {
  FloatHistogram histogram;
  histogram.count = 7;
  histogram.sum = 2.5;
  histogram.zeroThreshold = 0.25;
  histogram.zeroCount = 2;
  histogram.positive = {{0, 3}, {1, 0}};
  histogram.negative = {{1, 2}};
  return std::make_shared<const FloatHistogram>(histogram);
}

TEST(ApiResults, WriteAHistogramWithoutItsEmptyBuckets) {
  QueryResult result = of(ValueType::kVector);
  result.series = {seriesOf("a", {})};
  result.series.front().histograms = {{1500, exponentialHistogram()}};
  EXPECT_EQ(dataOf(result),
            R"({"resultType":"vector","result":[{"metric":{"__name__":"up","job":"a"},)"
            R"("histogram":[1.500,{"count":"7","sum":"2.5","buckets":[[1,"-2","-1","2"],)"
            R"([3,"-0.25","0.25","2"],[0,"0.5","1","3"]]}]}]})");
}

TEST(ApiResults, WriteHistogramsBesideNumbers) {
  QueryResult result = of(ValueType::kMatrix);
  result.series = {seriesOf("a", {{1000, 1}})};
  result.series.front().histograms = {{2000, std::make_shared<const FloatHistogram>()}};
  EXPECT_EQ(dataOf(result),
            R"({"resultType":"matrix","result":[{"metric":{"__name__":"up","job":"a"},)"
            R"("values":[[1,"1"]],"histograms":[[2,{"count":"0","sum":"0"}]]}]})");
}

TEST(ApiResults, LeaveOutNumbersOfASeriesOfHistograms) {
  QueryResult result = of(ValueType::kMatrix);
  result.series = {seriesOf("a", {})};
  result.series.front().histograms = {{2000, std::make_shared<const FloatHistogram>()}};
  EXPECT_EQ(dataOf(result),
            R"({"resultType":"matrix","result":[{"metric":{"__name__":"up","job":"a"},)"
            R"("histograms":[[2,{"count":"0","sum":"0"}]]}]})");
}

TEST(ApiResults, WriteAScalarWithoutAnExponent) {
  QueryResult result = of(ValueType::kScalar);
  result.scalar = {3000, 1e-7};
  EXPECT_EQ(dataOf(result), R"({"resultType":"scalar","result":[3,"0.0000001"]})");
}

TEST(ApiResults, WriteAString) {
  QueryResult result = of(ValueType::kString);
  result.scalar.time = 3000;
  result.text = "a\"b";
  EXPECT_EQ(dataOf(result), R"({"resultType":"string","result":[3,"a\"b"]})");
}

TEST(ApiResults, WriteEmptyOnes) {
  EXPECT_EQ(dataOf(of(ValueType::kVector)), R"({"resultType":"vector","result":[]})");
}

TEST(ApiResults, LeaveOutWhatIsAboveTheLimitAndSaySo) {
  QueryResult result = of(ValueType::kVector);
  result.series = {seriesOf("a", {{0, 1}}), seriesOf("b", {{0, 1}})};
  const ApiAnswer answer = apiAnswerOf(result, 1);
  EXPECT_EQ(std::string(answer.data.view()).find("\"b\""), std::string::npos);
  EXPECT_THAT(answer.warnings, testing::ElementsAre("results truncated due to limit"));
}

}  // namespace
}  // namespace orchestrator_exporter::http
