#include "metrics/text_template/value.h"

#include <gtest/gtest.h>

#include <string>

namespace orchestrator_exporter::text_template {

namespace {

Value list(std::vector<Value> items) {
  return std::make_shared<const List>(List{std::move(items)});
}
Value map(std::vector<Map::Entry> entries) {
  return std::make_shared<const Map>(Map{std::move(entries)});
}

std::string timeOf(std::int64_t milliseconds) {
  return printed(Time(std::chrono::milliseconds(milliseconds)));
}

}  // namespace

TEST(TemplateValue, IsPrintedAsGoPrintsIt) {
  EXPECT_EQ(printed(Missing()), "<no value>");
  EXPECT_EQ(printed(true), "true");
  EXPECT_EQ(printed(false), "false");
  EXPECT_EQ(printed(std::int64_t{-7}), "-7");
  EXPECT_EQ(printed(std::string("a b")), "a b");
  EXPECT_EQ(printed(1234567.5), "1.2345675e+06");
  EXPECT_EQ(printed(list({})), "[]");
  EXPECT_EQ(printed(list({"a", "b c", ""})), "[a b c ]");
  EXPECT_EQ(printed(map({})), "map[]");
  EXPECT_EQ(printed(map({{"a", "1"}, {"b", "2"}})), "map[a:1 b:2]");
}

TEST(TemplateValue, PrintsTimesInUtc) {
  EXPECT_EQ(timeOf(0), "1970-01-01 00:00:00 +0000 UTC");
  EXPECT_EQ(timeOf(1767225600000), "2026-01-01 00:00:00 +0000 UTC");
  EXPECT_EQ(timeOf(1709210096000), "2024-02-29 12:34:56 +0000 UTC");
  EXPECT_EQ(timeOf(253402300799000), "9999-12-31 23:59:59 +0000 UTC");
}

TEST(TemplateValue, PrintsNoZerosBehindAFraction) {
  EXPECT_EQ(timeOf(1500), "1970-01-01 00:00:01.5 +0000 UTC");
  EXPECT_EQ(timeOf(1120), "1970-01-01 00:00:01.12 +0000 UTC");
  EXPECT_EQ(timeOf(1010), "1970-01-01 00:00:01.01 +0000 UTC");
  EXPECT_EQ(timeOf(1001), "1970-01-01 00:00:01.001 +0000 UTC");
}

TEST(TemplateValue, PrintsTimesBeforeTheEpoch) {
  EXPECT_EQ(timeOf(-1), "1969-12-31 23:59:59.999 +0000 UTC");
}

TEST(TemplateValue, IsTrueUnlessItIsEmpty) {
  for (const Value& value : {Value(Missing()), Value(false), Value(std::int64_t{0}),
                             Value(std::string()), list({}), map({})}) {
    EXPECT_FALSE(isTrue(value)) << printed(value);
  }
  for (const Value& value : {Value(true), Value(std::int64_t{-1}), Value(std::string("0")),
                             list({""}), map({{"", ""}}), Value(Time())}) {
    EXPECT_TRUE(isTrue(value)) << printed(value);
  }
}

}  // namespace orchestrator_exporter::text_template
