#include "http/endpoints/api/json_text.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

namespace orchestrator_exporter::http {
namespace {

template <typename Append, typename... Arguments>
std::string written(Append append, const Arguments&... arguments) {
  TextBuffer out;
  append(out, arguments...);
  return std::string(out.view());
}

TEST(JsonText, EscapesWhatAStringCannotHold) {
  EXPECT_EQ(written(appendJsonString, std::string_view("a\"b\\c\n\r\t\x01/é\x7f")),
            "\"a\\\"b\\\\c\\n\\r\\t\\u0001/é\x7f\"");
}

TEST(JsonText, ReplacesWhatIsNotUtf8) {
  EXPECT_EQ(written(appendJsonString, std::string_view("a\xff\"")), "\"a\xef\xbf\xbd\\\"\"");
}

TEST(JsonText, WritesTimesWithThreeDecimalsOrNone) {
  EXPECT_EQ(written(appendJsonTime, 1500), "1.500");
  EXPECT_EQ(written(appendJsonTime, 1795923798000), "1795923798");
  EXPECT_EQ(written(appendJsonTime, -1001), "-1.001");
  EXPECT_EQ(written(appendJsonTime, 7), "0.007");
}

// The worked values of Prometheus 3.5.
TEST(JsonText, WritesValuesInFixedNotationFromAMillionthUpTo1e21) {
  EXPECT_EQ(written(appendSampleValue, 0.0), "0");
  EXPECT_EQ(written(appendSampleValue, -0.0), "-0");
  EXPECT_EQ(written(appendSampleValue, 0.00001), "0.00001");
  EXPECT_EQ(written(appendSampleValue, 1e-6), "0.000001");
  EXPECT_EQ(written(appendSampleValue, 1e-7), "1e-07");
  EXPECT_EQ(written(appendSampleValue, -2.5), "-2.5");
  EXPECT_EQ(written(appendSampleValue, 123456789012345680000.0), "123456789012345680000");
  EXPECT_EQ(written(appendSampleValue, -1e20), "-100000000000000000000");
  EXPECT_EQ(written(appendSampleValue, 1e21), "1e+21");
  EXPECT_EQ(written(appendSampleValue, 1e300), "1e+300");
  EXPECT_EQ(written(appendSampleValue, 0.1 + 0.2), "0.30000000000000004");
  EXPECT_EQ(written(appendSampleValue, 9007199254740993.0), "9007199254740992");
}

TEST(JsonText, NamesWhatIsNoNumber) {
  EXPECT_EQ(written(appendSampleValue, std::nan("")), "NaN");
  EXPECT_EQ(written(appendSampleValue, std::numeric_limits<double>::infinity()), "+Inf");
  EXPECT_EQ(written(appendSampleValue, -std::numeric_limits<double>::infinity()), "-Inf");
}

TEST(JsonText, WritesLabelsAsAnObject) {
  const LabelSet labels{{"job", "a"}, {"__name__", "up"}};
  EXPECT_EQ(written(appendJsonLabels, labels), R"({"__name__":"up","job":"a"})");
  EXPECT_EQ(written(appendJsonLabels, LabelSet()), "{}");
}

}  // namespace
}  // namespace orchestrator_exporter::http
