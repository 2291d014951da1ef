#include "http/endpoints/api/json_text.h"

#include <gtest/gtest.h>

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

TEST(JsonText, WritesLabelsAsAnObject) {
  const LabelSet labels{{"job", "a"}, {"__name__", "up"}};
  EXPECT_EQ(written(appendJsonLabels, labels), R"({"__name__":"up","job":"a"})");
  EXPECT_EQ(written(appendJsonLabels, LabelSet()), "{}");
}

}  // namespace
}  // namespace orchestrator_exporter::http
