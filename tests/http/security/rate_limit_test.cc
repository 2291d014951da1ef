#include "http/security/rate_limit.h"

#include <gtest/gtest.h>

#include <limits>

namespace orchestrator_exporter::http {
namespace {

using namespace std::chrono_literals;
using TimePoint = RateLimiter::TimePoint;

constexpr TimePoint kStart{std::chrono::hours(1)};

int allowedAt(RateLimiter& limiter, TimePoint now, int requests) {
  int allowed = 0;
  for (int i = 0; i < requests; ++i) allowed += limiter.allow(now) ? 1 : 0;
  return allowed;
}

TEST(RateLimiter, StartsFull) {
  RateLimiter limiter({1s, 3});
  EXPECT_EQ(allowedAt(limiter, kStart, 10), 3);
}

TEST(RateLimiter, GetsATokenEachInterval) {
  RateLimiter limiter({1s, 3});
  allowedAt(limiter, kStart, 3);
  EXPECT_FALSE(limiter.allow(kStart + 1s - 1ns));
  EXPECT_TRUE(limiter.allow(kStart + 1s));
  EXPECT_FALSE(limiter.allow(kStart + 1s));
  EXPECT_EQ(allowedAt(limiter, kStart + 3s, 10), 2);
}

TEST(RateLimiter, SavesNoMoreThanTheBurst) {
  RateLimiter limiter({1s, 3});
  allowedAt(limiter, kStart, 3);
  EXPECT_EQ(allowedAt(limiter, kStart + 1h, 10), 3);
}

TEST(RateLimiter, LosesNoFractionOfAnInterval) {
  RateLimiter limiter({10ns, 1});
  EXPECT_TRUE(limiter.allow(kStart));
  for (int i = 1; i < 10; ++i) EXPECT_FALSE(limiter.allow(kStart + i * 1ns)) << i;
  EXPECT_TRUE(limiter.allow(kStart + 10ns));
}

TEST(RateLimiter, LimitsNothingWithoutAnInterval) {
  RateLimiter limiter({0s, 0});
  EXPECT_EQ(allowedAt(limiter, kStart, 1000), 1000);
}

TEST(RateLimiter, RefusesEverythingWithAnIntervalAndNoBurst) {
  RateLimiter limiter({1s, 0});
  EXPECT_EQ(allowedAt(limiter, kStart, 10), 0);
  EXPECT_EQ(allowedAt(limiter, kStart + 1h, 10), 0);
  EXPECT_EQ(limiter.untilNext(kStart + 1h), 1s);
}

TEST(RateLimiter, TellsWhenTheNextRequestWillPass) {
  RateLimiter limiter({4s, 1});
  EXPECT_EQ(limiter.untilNext(kStart), 0s);
  limiter.allow(kStart);
  EXPECT_EQ(limiter.untilNext(kStart), 4s);
  EXPECT_EQ(limiter.untilNext(kStart + 3s), 1s);
  EXPECT_FALSE(limiter.allow(kStart + 3s));
  EXPECT_EQ(limiter.untilNext(kStart + 3s), 1s);
  EXPECT_TRUE(limiter.allow(kStart + 4s));
}

TEST(RateLimiter, TakesTimeThatGoesBackwardsForNone) {
  RateLimiter limiter({1s, 2});
  allowedAt(limiter, kStart, 2);
  EXPECT_FALSE(limiter.allow(kStart - 1h));
  EXPECT_FALSE(limiter.allow(kStart));
  EXPECT_TRUE(limiter.allow(kStart + 1s));
}

TEST(RateLimiter, TakesTheLargestNumbers) {
  RateLimiter limiter({std::chrono::hours(2'000'000), std::numeric_limits<std::int64_t>::max()});
  EXPECT_TRUE(limiter.allow(kStart));
  RateLimiter quick({1ns, std::numeric_limits<std::int64_t>::max()});
  EXPECT_EQ(allowedAt(quick, kStart, 1000), 1000);
}

}  // namespace
}  // namespace orchestrator_exporter::http
