// docs/records.md says of records what the code says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "http/ingest/record_batch.h"
#include "tests/support/paths.h"

namespace orchestrator_exporter::http {

namespace {

using testing::HasSubstr;

std::string contentOf(const std::string& page) {
  std::ifstream file(test::sourceRoot() / page);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

// What stands between backticks.
std::vector<std::string> codeIn(const std::string& text) {
  static const std::regex code("`([^`]*)`");
  std::vector<std::string> found;
  for (auto at = std::sregex_iterator(text.begin(), text.end(), code); at != std::sregex_iterator();
       ++at) {
    found.push_back((*at)[1]);
  }
  return found;
}

struct Row {
  std::vector<std::string> fields;
  std::string values;
};

// The table of types.
std::map<std::string, Row> documentedTypes(const std::string& page) {
  static const std::regex row(R"(\| `(\w+)` \|([^|]*)\|([^|]*)\|[^|]*\|)");
  const std::size_t begin = page.find("## Types");
  const std::string section = page.substr(begin, page.find("\n## ", begin) - begin);
  std::map<std::string, Row> types;
  for (auto at = std::sregex_iterator(section.begin(), section.end(), row);
       at != std::sregex_iterator(); ++at) {
    types[(*at)[1]] = {codeIn((*at)[2]), (*at)[3]};
  }
  return types;
}

std::vector<std::string> examplesIn(const std::string& page) {
  static const std::regex block("```json\n([^`]*)```");
  std::vector<std::string> found;
  for (auto at = std::sregex_iterator(page.begin(), page.end(), block);
       at != std::sregex_iterator(); ++at) {
    found.push_back((*at)[1]);
  }
  return found;
}

const std::string& page() {
  static const std::string content = contentOf("docs/records.md");
  return content;
}

}  // namespace

TEST(RecordsPage, NamesEveryTypeWithItsFieldsAndValues) {
  const auto documented = documentedTypes(page());
  EXPECT_EQ(documented.size(), kRecordTypes);
  for (std::size_t i = 0; i < kRecordTypes; ++i) {
    const RecordShape& shape = recordShape(static_cast<RecordType>(i));
    SCOPED_TRACE(shape.name);
    const auto row = documented.find(std::string(shape.name));
    ASSERT_NE(row, documented.end());
    std::vector<std::string> fields(shape.texts.begin(), shape.texts.begin() + shape.textCount());
    if (!shape.number.empty()) fields.emplace_back(shape.number);
    if (!shape.amount.empty()) fields.emplace_back(shape.amount);
    EXPECT_EQ(row->second.fields, fields);
    EXPECT_EQ(codeIn(row->second.values),
              std::vector<std::string>(shape.choices.begin(), shape.choices.end()));
    if (shape.number.empty()) continue;
    std::string range = numberExpected(static_cast<RecordType>(i), Rejection::kOutOfRange);
    range = range == "a number >= 0"     ? "0 and above"
            : range == "a finite number" ? "any finite number"
                                         : range.substr(std::strlen("a number from "));
    EXPECT_THAT(row->second.values, testing::EndsWith(range + " "));
  }
}

TEST(RecordsPage, HasAnExampleOfEveryType) {
  std::set<RecordType> types;
  for (const std::string& example : examplesIn(page())) {
    const RecordBatch batch = parseRecordBatch(example, 1024);
    EXPECT_EQ(batch.error, "") << example;
    for (const CheckedRecord& record : batch.records) types.insert(record.get().type);
  }
  EXPECT_EQ(types.size(), kRecordTypes);
}

TEST(RecordsPage, IsToldOfWhereRecordingIs) {
  const std::string readme = contentOf("README.md");
  EXPECT_THAT(readme.substr(readme.find("## Recording")), HasSubstr("(docs/records.md)"));
}

}  // namespace orchestrator_exporter::http
