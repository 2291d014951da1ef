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
