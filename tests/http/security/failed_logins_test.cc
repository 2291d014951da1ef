#include "http/security/failed_logins.h"

#include <gtest/gtest.h>

#include <string>

namespace orchestrator_exporter::http {
namespace {

using namespace std::chrono_literals;
using TimePoint = FailedLogins::TimePoint;

constexpr TimePoint kStart{std::chrono::hours(1)};

TEST(FailedLogins, LockAnAddressOutAfterTwentyWithinAMinute) {
  FailedLogins failed;
  for (int i = 0; i < 19; ++i) failed.add("10.0.0.1", kStart + i * 1s);
  EXPECT_EQ(failed.lockedFor("10.0.0.1", kStart + 19s), 0s);
  failed.add("10.0.0.1", kStart + 19s);
  EXPECT_EQ(failed.lockedFor("10.0.0.1", kStart + 19s), 41s);
  EXPECT_EQ(failed.lockedFor("10.0.0.2", kStart + 19s), 0s);
}

TEST(FailedLogins, LetItInAgainWhenTheFirstOfTwentyIsAMinuteOld) {
  FailedLogins failed;
  for (int i = 0; i < 20; ++i) failed.add("10.0.0.1", kStart + i * 1s);
  EXPECT_EQ(failed.lockedFor("10.0.0.1", kStart + 60s - 1ns), 1ns);
  EXPECT_EQ(failed.lockedFor("10.0.0.1", kStart + 60s), 0s);
  failed.add("10.0.0.1", kStart + 60s);  // now the second of before is the first
  EXPECT_EQ(failed.lockedFor("10.0.0.1", kStart + 60s), 1s);
}

TEST(FailedLogins, ForgiveWhoFailsSeldom) {
  FailedLogins failed;
  for (int i = 0; i < 100; ++i) {
    const TimePoint now = kStart + i * 3s;
    EXPECT_EQ(failed.lockedFor("10.0.0.1", now), 0s) << i;
    failed.add("10.0.0.1", now);
  }
}

TEST(FailedLogins, RememberAThousandAddressesTheLatestLongest) {
  FailedLogins failed;
  for (int i = 0; i < 20; ++i) failed.add("locked", kStart + 1s);
  for (int i = 0; i < 2000; ++i) failed.add(std::to_string(i), kStart + 1s);
  EXPECT_EQ(failed.addresses(), 1000u);
  for (int i = 0; i < 20; ++i) failed.add("late", kStart + 2s);
  for (int i = 0; i < 900; ++i) failed.add("n" + std::to_string(i), kStart + 2s);
  EXPECT_EQ(failed.addresses(), 1000u);
  EXPECT_GT(failed.lockedFor("late", kStart + 2s), 0s);
}

TEST(FailedLogins, ForgetWhatIsAMinuteOldFirst) {
  FailedLogins failed;
  for (int i = 0; i < 1000; ++i) failed.add(std::to_string(i), kStart);
  failed.add("new", kStart + 60s);
  EXPECT_EQ(failed.addresses(), 1u);
}

}  // namespace
}  // namespace orchestrator_exporter::http
