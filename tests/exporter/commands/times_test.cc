#include "exporter/commands/times.h"

#include <gtest/gtest.h>

#include "exporter/command_line.h"

namespace orchestrator_exporter::commands {

TEST(Times, AreRfc3339OrUnixSecondsOrBeforeNow) {
  constexpr std::int64_t kNow = 1'700'000'000'000;
  EXPECT_EQ(timeOf("start", "2023-11-14T22:13:20Z", kNow), kNow);
  EXPECT_EQ(timeOf("start", "1700000000.5", kNow), kNow + 500);
  EXPECT_EQ(timeOf("start", "now", kNow), kNow);
  EXPECT_EQ(timeOf("start", "-1h30m", kNow), kNow - 5'400'000);
  EXPECT_EQ(timeOf("start", "-5", kNow), -5'000);
}

TEST(Times, OthersAreRefusedWithTheNameOfTheFlag) {
  for (const char* text : {"", "yesterday", "-1x", "--1h", "1h"}) {
    EXPECT_THROW(timeOf("start", text, 0), UsageError) << text;
  }
  EXPECT_EQ(stepOf("step", "15s"), 15'000);
  EXPECT_EQ(stepOf("step", "0.5"), 500);
  for (const char* text : {"0", "-1s", "s", ""}) {
    EXPECT_THROW(stepOf("step", text), UsageError) << text;
  }
}

TEST(Times, ArePrintedToTheMillisecond) {
  EXPECT_EQ(unixText(1'700'000'000'000), "1700000000");
  EXPECT_EQ(unixText(1'700'000'000'250), "1700000000.25");
  EXPECT_EQ(isoText(1'700'000'000'250), "2023-11-14T22:13:20.250Z");
  EXPECT_EQ(isoText(-1), "1969-12-31T23:59:59.999Z");
}

}  // namespace orchestrator_exporter::commands
