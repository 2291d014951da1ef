#include "exporter/host/flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace orchestrator_exporter {

TEST(Flags, ReadDurationsAsGoWritesThem) {
  EXPECT_EQ(parseDuration("f", "1m30s").count(), 90);
  EXPECT_DOUBLE_EQ(parseDuration("f", "3.46608s").count(), 3.46608);
  EXPECT_EQ(parseDuration("f", "250ms").count(), 0.25);
  EXPECT_EQ(parseDuration("f", "-1s").count(), -1);
  EXPECT_EQ(parseDuration("f", "0").count(), 0);
  for (const char* text : {"", "5", "s", "5x", "1m 2s", ".", "2562048h"}) {
    EXPECT_THROW(parseDuration("f", text), StartError) << text;
  }
}

TEST(Flags, WriteDurationsAsGoReadsThem) {
  using namespace std::chrono_literals;
  EXPECT_EQ(durationText(0s), "0s");
  EXPECT_EQ(durationText(24h), "24h");
  EXPECT_EQ(durationText(90s), "90s");
  EXPECT_EQ(durationText(-1500us), "-1500us");
  EXPECT_EQ(durationText(1ns), "1ns");
}

TEST(Flags, RefuseAValueOutOfItsRangeWhenItIsGiven) {
  Flags flags;
  EXPECT_THAT([&] { flags.give("collector.cgroup.depth", "-1"); },
              testing::ThrowsMessage<StartError>(
                  "--collector.cgroup.depth: expected a whole number from 0 to 1000000, got '-1'"));
  EXPECT_EQ(flags.integer("collector.cgroup.depth"), 5);
}

}  // namespace orchestrator_exporter
