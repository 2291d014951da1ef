#include "metrics/base/go_duration.h"

#include <gtest/gtest.h>

namespace orchestrator_exporter {
namespace {

using namespace std::chrono_literals;

TEST(GoDuration, KnowsEveryUnit) {
  EXPECT_EQ(parseGoDuration("1ns"), 1ns);
  EXPECT_EQ(parseGoDuration("1us"), 1us);
  EXPECT_EQ(parseGoDuration("1\u00b5s"), 1us);
  EXPECT_EQ(parseGoDuration("1\u03bcs"), 1us);
  EXPECT_EQ(parseGoDuration("1ms"), 1ms);
  EXPECT_EQ(parseGoDuration("1s"), 1s);
  EXPECT_EQ(parseGoDuration("1m"), 1min);
  EXPECT_EQ(parseGoDuration("1h"), 1h);
}

TEST(GoDuration, AddsPartsAndFractions) {
  EXPECT_EQ(parseGoDuration("1h2m3s4ms"), 1h + 2min + 3s + 4ms);
  EXPECT_EQ(parseGoDuration("1.5s"), 1500ms);
  EXPECT_EQ(parseGoDuration(".5h"), 30min);
  EXPECT_EQ(parseGoDuration("1.s"), 1s);
  EXPECT_EQ(parseGoDuration("0.000000001s"), 1ns);
  EXPECT_EQ(parseGoDuration("0.9ns"), 0ns);
}

TEST(GoDuration, TakesASignAndABareZero) {
  EXPECT_EQ(parseGoDuration("-1m30s"), -90s);
  EXPECT_EQ(parseGoDuration("+2s"), 2s);
  EXPECT_EQ(parseGoDuration("0"), 0ns);
  EXPECT_EQ(parseGoDuration("-0"), 0ns);
}

TEST(GoDuration, RefusesWhatIsNone) {
  for (const char* text : {"", "-", "1", "s", ".s", "1d", "1x", "1 s", " 1s", "1s ", "1s2", "1e3s", "--1s"}) {
    EXPECT_EQ(parseGoDuration(text), std::nullopt) << text;
  }
}

// 2^63 - 1 nanoseconds are 2562047h47m16.854775807s.
TEST(GoDuration, RefusesWhatIsTooLong) {
  EXPECT_EQ(parseGoDuration("9223372036854775807ns"), std::chrono::nanoseconds::max());
  EXPECT_EQ(parseGoDuration("2562047h47m16.854775807s"), std::chrono::nanoseconds::max());
  EXPECT_EQ(parseGoDuration("9223372036854775808ns"), std::nullopt);
  EXPECT_EQ(parseGoDuration("2562047h47m16.854775808s"), std::nullopt);
  EXPECT_EQ(parseGoDuration("9999999h"), std::nullopt);
  EXPECT_EQ(parseGoDuration("99999999999999999999s"), std::nullopt);
}

}  // namespace
}  // namespace orchestrator_exporter
