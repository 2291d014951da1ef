#include "exporter/kernel/machine/clock_state.h"

#include <gtest/gtest.h>

namespace orchestrator_exporter {

// An answer with another number in each field, as a kernel with a pulse-per-second source gives.
timex answerWith(int status) {
  timex answer{};
  answer.status = status;
  answer.offset = -2500;
  answer.freq = 65536;
  answer.maxerror = 16000000;
  answer.esterror = 500;
  answer.constant = 7;
  answer.tick = 10000;
  answer.tai = 37;
  answer.ppsfreq = -131072;
  answer.jitter = 1200;
  answer.shift = 4;
  answer.stabil = 32768;
  answer.jitcnt = 11;
  answer.calcnt = 12;
  answer.errcnt = 13;
  answer.stbcnt = 14;
  return answer;
}

TEST(ClockState, BringsMicrosecondsToSeconds) {
  const ClockState clock = clockState(answerWith(STA_PLL), TIME_OK);
  EXPECT_TRUE(clock.synchronized);
  EXPECT_EQ(clock.offset, -0.0025);
  EXPECT_EQ(clock.pulseJitter, 0.0012);
  EXPECT_EQ(clock.mostError, 16);
  EXPECT_EQ(clock.estimatedError, 0.0005);
  EXPECT_EQ(clock.tick, 0.01);
  EXPECT_EQ(clock.status, 1);
}

TEST(ClockState, BringsNanosecondsToSecondsWhereTheKernelCountsThem) {
  const ClockState clock = clockState(answerWith(STA_NANO), TIME_OK);
  EXPECT_EQ(clock.offset, -0.0000025);
  EXPECT_EQ(clock.pulseJitter, 0.0000012);
  EXPECT_EQ(clock.mostError, 16);  // stays in microseconds
  EXPECT_EQ(clock.status, 8192);
}

TEST(ClockState, BringsScaledPartsPerMillionToRatios) {
  const ClockState clock = clockState(answerWith(0), TIME_OK);
  EXPECT_EQ(clock.frequencyRatio, 1.000001);
  EXPECT_EQ(clock.pulseFrequency, -0.000002);
  EXPECT_EQ(clock.pulseStability, 0.0000005);
}

TEST(ClockState, LeavesCountsAsTheyAre) {
  const ClockState clock = clockState(answerWith(0), TIME_OK);
  EXPECT_EQ(clock.loopTimeConstant, 7);
  EXPECT_EQ(clock.taiOffset, 37);
  EXPECT_EQ(clock.pulseShift, 4);
  EXPECT_EQ(clock.jitterExceeded, 11);
  EXPECT_EQ(clock.calibrations, 12);
  EXPECT_EQ(clock.calibrationErrors, 13);
  EXPECT_EQ(clock.stabilityExceeded, 14);
}

TEST(ClockState, IsNotSynchronizedWhereTheKernelSaysSo) {
  EXPECT_FALSE(clockState(answerWith(STA_UNSYNC), TIME_ERROR).synchronized);
  EXPECT_TRUE(clockState(answerWith(0), TIME_WAIT).synchronized);
}

TEST(ClockState, OfThisMachineIsPlausible) {
  const auto clock = readClockState();
  if (!clock) GTEST_SKIP() << "this process may not ask";
  // Linux steers its clock by at most 500 parts per million, and TAI was 10 s ahead of UTC in 1972.
  EXPECT_NEAR(clock->frequencyRatio, 1, 0.000501);
  EXPECT_GE(clock->mostError, 0);
  EXPECT_NEAR(clock->tick, 0.01, 0.001);
  EXPECT_GE(clock->taiOffset, 0);
}

}  // namespace orchestrator_exporter
