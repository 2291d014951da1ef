#include "exporter/configuration/scalars.h"

#include <gtest/gtest.h>

namespace orchestrator_exporter::configuration {

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

std::optional<milliseconds> duration(std::string_view text, DurationRange range = {}) {
  const auto scalar = scalarOf(durationKey("", "", range, ""), text);
  if (!scalar) return std::nullopt;
  return std::get<milliseconds>(*scalar);
}

std::optional<std::int64_t> size(std::string_view text) {
  const auto scalar = scalarOf(sizeKey("", "", {}, ""), text);
  if (!scalar) return std::nullopt;
  return std::get<std::int64_t>(*scalar);
}

}  // namespace

TEST(ConfigurationScalars, DurationsHaveAllUnitsOfPrometheus) {
  EXPECT_EQ(duration("250ms"), milliseconds(250));
  EXPECT_EQ(duration("1h30m"), milliseconds(5'400'000));
  EXPECT_EQ(duration("1y2w3d"), hours(24 * (365 + 14 + 3)));
  EXPECT_EQ(duration("100y"), hours(24 * 365 * 100));
  EXPECT_EQ(duration("0"), milliseconds(0));
}

TEST(ConfigurationScalars, OtherSpellingsAreNoDurations) {
  for (const char* text : {"", "15", "1.5h", "30m1h", "1m1m", "-5s", "5 s", "s", "1000y"}) {
    EXPECT_EQ(duration(text), std::nullopt) << text;
  }
}

TEST(ConfigurationScalars, BothEndsOfARangeAreInIt) {
  const DurationRange range{seconds(1), seconds(5)};
  EXPECT_EQ(duration("1s", range), seconds(1));
  EXPECT_EQ(duration("5s", range), seconds(5));
  EXPECT_EQ(duration("999ms", range), std::nullopt);
  EXPECT_EQ(duration("5001ms", range), std::nullopt);
}

TEST(ConfigurationScalars, SizesHaveUnitsOfPowersOf1024) {
  EXPECT_EQ(size("2GB"), std::int64_t{2} << 30);
  EXPECT_EQ(size("2GiB"), std::int64_t{2} << 30);
  EXPECT_EQ(size("512B"), 512);
  EXPECT_EQ(size("1KB"), 1024);
  EXPECT_EQ(size("7EB"), std::int64_t{7} << 60);
  EXPECT_EQ(size("0"), 0);
}

TEST(ConfigurationScalars, OtherSpellingsAreNoSizes) {
  for (const char* text : {"", "GB", "2", "2G", "2gb", "-1GB", "1.5GB", "8EB", "2GiB "}) {
    EXPECT_EQ(size(text), std::nullopt) << text;
  }
}

TEST(ConfigurationScalars, ExpectationsNameTheRange) {
  EXPECT_EQ(expectation(durationKey("", "", {seconds(1), hours(24)}, "")),
            "a duration such as 15s or 1h30m, from 1s to 1d");
  EXPECT_EQ(expectation(integerKey("", "", {1, 9}, "")), "a whole number, from 1 to 9");
  EXPECT_EQ(expectation(sizeKey("", "", {1 << 20}, "")),
            "a size such as 512MB or 2GB, at least 1MB");
  EXPECT_EQ(expectation(numberKey("", "", {0, 1}, "")), "a number, from 0 to 1");
  EXPECT_EQ(expectation(choiceKey("", "", {"a", "b", "c"}, "")), "a, b or c");
  EXPECT_EQ(expectation(switchKey("", false, "")), "true or false");
}

}  // namespace orchestrator_exporter::configuration
