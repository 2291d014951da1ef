#include "metrics/history/store/blobs/label_json.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace orchestrator_exporter::history {

namespace {

std::string again(std::string_view json) {
  const JsonLabels labels(json);
  return toJson(labels.view());
}

}  // namespace

TEST(LabelJson, IsAnObjectOfTexts) {
  const Label labels[] = {{"__name__", "up"}, {"job", "node"}};
  EXPECT_EQ(toJson(labels), R"({"__name__":"up","job":"node"})");
  EXPECT_EQ(toJson({}), "{}");
}

TEST(LabelJson, GivesBackWhatJsonHasToEscape) {
  using namespace std::string_literals;
  const std::string value = "\0\n\x1f \"quoted\" back\\slash \xc3\xbc"s;
  const Label labels[] = {{"a\"b", value}};
  const std::string json = toJson(labels);
  EXPECT_EQ(json, "{\"a\\\"b\":\"\\u0000\\u000a\\u001f \\\"quoted\\\" back\\\\slash \xc3\xbc\"}");
  const JsonLabels read(json);
  ASSERT_EQ(read.view().size(), 1u);
  EXPECT_EQ(read.view()[0].name, "a\"b");
  EXPECT_EQ(read.view()[0].value, value);
}

TEST(LabelJson, RefusesWhatItWouldNotWrite) {
  for (const char* json :
       {"", "{", "[]", "{}x", R"({"a")", R"({"a":1})", R"({"a":"b",})", R"({"a":"b)",
        R"({"a":"\u00)", R"({"a":"\u12zz"})", R"({"a":"b""c":"d"})"}) {
    EXPECT_THROW(again(json), std::runtime_error) << json;
  }
  EXPECT_EQ(again(R"({"a":"b","c":"d"})"), R"({"a":"b","c":"d"})");
}

}  // namespace orchestrator_exporter::history
