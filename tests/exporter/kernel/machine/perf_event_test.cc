#include "exporter/kernel/machine/perf_event.h"

#include <gtest/gtest.h>
#include <linux/perf_event.h>

#include <cerrno>
#include <type_traits>

namespace orchestrator_exporter {

TEST(PerfEvent, CountsAllTheTimeAsItIs) {
  EXPECT_EQ(scaledCount(42, 1000, 1000), 42);
  EXPECT_EQ(scaledCount(0, 0, 0), 0);
}

TEST(PerfEvent, StretchesACountThatHadToTakeTurns) { EXPECT_EQ(scaledCount(42, 1000, 250), 168); }

TEST(PerfEvent, KnowsNothingBeforeItRan) { EXPECT_EQ(scaledCount(0, 1000, 0), std::nullopt); }

TEST(PerfEvent, TellsWhyItIsNotOpen) {
  const PerfEvent event(PERF_TYPE_SOFTWARE, 9999, 0);
  EXPECT_FALSE(event.isOpen());
  EXPECT_NE(event.error(), 0);
}

TEST(PerfEvent, CountsContextSwitchesOfTheRunningKernel) {
  const PerfEvent event(PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CONTEXT_SWITCHES, 0);
  if (!event.isOpen()) GTEST_SKIP() << "the kernel refuses perf events, errno " << event.error();
  const auto first = event.read();
  ASSERT_TRUE(first.has_value());
  EXPECT_GE(event.read().value(), *first);
}

TEST(PerfEvent, CountsWhatRanLongerThanItWasEnabledAsItIs) {
  // The kernel adds both times up for itself, so that they may differ by a little.
  EXPECT_EQ(scaledCount(42, 1000, 1001), 42);
}

TEST(PerfEvent, StretchesCountsOf64Bits) {
  EXPECT_EQ(scaledCount(std::uint64_t{1} << 63, 3000, 1000), 3 * 0x1p63);
}

TEST(PerfEvent, IsNotOpenOnAProcessorThatIsNotThere) {
  const PerfEvent event(PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CONTEXT_SWITCHES, 1 << 20);
  EXPECT_FALSE(event.isOpen());
  EXPECT_NE(event.error(), 0);
}

}  // namespace orchestrator_exporter
