#include "exporter/kernel/network/json_records.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kPath = "/run/f.json";

// What the act throws as a ParseError.
template <typename Act>
std::string errorOf(Act act) {
  try {
    act();
  } catch (const ParseError& error) {
    return error.what();
  }
  return {};
}

// The member "a" of an object, asked for in some way.
template <typename Ask>
auto member(const std::string& value, Ask ask) {
  const auto object = nlohmann::json::parse("{\"a\": " + value + "}");
  return ask(JsonRecord(kPath, object));
}

std::string text(const std::string& value) {
  return member(value, [](const JsonRecord& record) { return record.text("a"); });
}
std::int64_t integer(const std::string& value) {
  return member(value, [](const JsonRecord& record) { return record.integer("a"); });
}
std::uint64_t unsignedInteger(const std::string& value, std::uint64_t largest = UINT64_MAX) {
  return member(value,
                [&](const JsonRecord& record) { return record.unsignedInteger("a", largest); });
}
std::string bytes(const std::string& value) {
  return member(value, [](const JsonRecord& record) { return record.bytes("a"); });
}

// A file of this content.
std::optional<JsonFile> fileOf(std::string_view content) {
  TempSystem system;
  system.file("f.json", content);
  Kernel kernel(system.roots());
  return JsonFile::read(kernel, "f.json");
}

}  // namespace

TEST(JsonRecord, FindsMembersInAnyCase) {
  const auto object = nlohmann::json::parse(R"({"BitRate": 7, "ssid": "net"})");
  const JsonRecord record(kPath, object);
  EXPECT_EQ(record.integer("bitrate"), 7);
  EXPECT_EQ(record.text("SSID"), "net");
  EXPECT_EQ(record.text("ssi"), "");
  EXPECT_EQ(record.text("ssids"), "");
}

TEST(JsonRecord, TakesWhatIsMissingOrNullForEmpty) {
  EXPECT_EQ(text("null"), "");
  EXPECT_EQ(integer("null"), 0);
  EXPECT_EQ(unsignedInteger("null"), 0u);
  EXPECT_EQ(bytes("null"), "");
  const nlohmann::json null;
  EXPECT_EQ(JsonRecord(kPath, null).text("a"), "");
  EXPECT_EQ(JsonRecord(kPath, null).integer("a"), 0);
}

TEST(JsonRecord, IsNoListAndNoNumber) {
  for (const char* content : {"[]", "1", "\"a\"", "true"}) {
    const auto value = nlohmann::json::parse(content);
    EXPECT_NE(errorOf([&] { JsonRecord(kPath, value); }), "") << content;
  }
}

TEST(JsonRecord, ReadsWholeNumbersOf64Bits) {
  EXPECT_EQ(integer("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(integer("9223372036854775807"), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(unsignedInteger("18446744073709551615"), std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(unsignedInteger("255", 255), 255u);
}

TEST(JsonRecord, NamesFileAndMemberOfWhatIsOutOfRange) {
  EXPECT_EQ(errorOf([] { unsignedInteger("256", 255); }),
            "/run/f.json: expected a whole number in range as a, got '256'");
  EXPECT_EQ(errorOf([] { unsignedInteger("-1"); }),
            "/run/f.json: expected a whole number in range as a, got '-1'");
  EXPECT_EQ(errorOf([] { integer("9223372036854775808"); }),
            "/run/f.json: expected a whole number in range as a, got '9223372036854775808'");
}

TEST(JsonRecord, NamesFileAndMemberOfWhatIsOfAnotherType) {
  EXPECT_EQ(errorOf([] { integer("1.5"); }),
            "/run/f.json: expected a whole number in range as a, got '1.5'");
  EXPECT_EQ(errorOf([] { integer("\"1\""); }),
            "/run/f.json: expected a whole number in range as a, got '\"1\"'");
  EXPECT_EQ(errorOf([] { text("1"); }), "/run/f.json: expected a text as a, got '1'");
  EXPECT_EQ(errorOf([] { text("[\"x\"]"); }), "/run/f.json: expected a text as a, got '[\"x\"]'");
  EXPECT_NE(errorOf([] { bytes("17"); }), "");
}

TEST(JsonRecord, ReadsBase64WithItsPadding) {
  EXPECT_EQ(bytes("\"\""), "");
  EXPECT_EQ(bytes("\"AQ==\""), "\x01");
  EXPECT_EQ(bytes("\"AQI=\""), "\x01\x02");
  EXPECT_EQ(bytes("\"AQID\""), "\x01\x02\x03");
  EXPECT_EQ(bytes("\"/+8A\""), std::string("\xff\xef\0", 3));
  EXPECT_EQ(bytes("\"AQ\\r\\nID\""), "\x01\x02\x03");
}

TEST(JsonRecord, RefusesWhatIsNoBase64) {
  for (const char* value : {"AQI", "A", "AQ==AQ==", "AQ=A", "A===", "====", "AQ-_", "AQ I"}) {
    EXPECT_NE(errorOf([&] { bytes("\"" + std::string(value) + "\""); }), "") << value;
  }
}

TEST(JsonFile, IsAListOfObjectsOrOneObject) {
  const auto list = fileOf(R"([{"a": "x"}, {"a": "y"}])");
  ASSERT_TRUE(list);
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < list->size(); ++i) texts.push_back(list->item(i).text("a"));
  EXPECT_THAT(texts, testing::ElementsAre("x", "y"));
  EXPECT_EQ(fileOf(R"({"a": "z"})")->object().text("a"), "z");
}

TEST(JsonFile, MayBeAnEmptyListOrNull) {
  EXPECT_EQ(fileOf("[]")->size(), 0u);
  EXPECT_EQ(fileOf("null")->size(), 0u);
  EXPECT_EQ(fileOf("null")->object().text("a"), "");
}

TEST(JsonFile, RefusesOtherForms) {
  EXPECT_EQ(errorOf([] { fileOf("{}")->size(); }), "f.json: expected a list, got 'object'");
  EXPECT_EQ(errorOf([] { fileOf("[]")->object(); }), "f.json: expected an object, got 'array'");
  EXPECT_EQ(errorOf([] { fileOf("[1]")->item(0); }), "f.json: expected an object, got 'number'");
}

TEST(JsonFile, RefusesWhatIsNoJson) {
  EXPECT_EQ(errorOf([] { fileOf("[{]"); }), "f.json: expected JSON, got '[{]'");
  for (const char* content : {"", "[", "[] []", "{'a': 1}", "\xff", "[1,]", "nan"}) {
    EXPECT_NE(errorOf([&] { fileOf(content); }), "") << content;
  }
}

TEST(JsonFile, IsNoneIfTheFileDoesNotExist) {
  TempSystem system;
  system.directory("directory");
  Kernel kernel(system.roots());
  EXPECT_FALSE(JsonFile::read(kernel, "f.json"));
  EXPECT_THROW(JsonFile::read(kernel, "directory"), ReadError);
}

}  // namespace orchestrator_exporter
