#include "metrics/exposition/json_text.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace orchestrator_exporter {

TEST(JsonText, KeepsTheOrderOfADocumentThatHasOne) {
  const nlohmann::ordered_json document = {{"version", 1}, {"alpha", {{"z", 2}, {"a", 3}}}};
  EXPECT_EQ(jsonText(document), R"({"version":1,"alpha":{"z":2,"a":3}})");
}

TEST(JsonText, ReplacesWhatIsNotUtf8) {
  EXPECT_EQ(jsonText(nlohmann::json{{"a", "b\xff"}}), "{\"a\":\"b\xEF\xBF\xBD\"}");
}

TEST(JsonText, ObjectsHaveValidTextsAsKeysAndValues) {
  const std::map<std::string, std::string> labels = {{"a\xff", "b\xff"}};
  EXPECT_EQ(jsonText(jsonObject(labels)), "{\"a\xEF\xBF\xBD\":\"b\xEF\xBF\xBD\"}");
}

}  // namespace orchestrator_exporter
