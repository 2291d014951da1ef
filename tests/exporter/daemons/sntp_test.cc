#include "exporter/daemons/sntp.h"

#include <gtest/gtest.h>

// The arithmetic of RFC 5905 (sections 8, 10 and 11.1) over times that are made up. What comes over
// the network is in ntp_test.cc.
namespace orchestrator_exporter {

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kMillisecond = 1'000'000;
constexpr std::int64_t kDay = 86400 * kSecond;

// An answer that took so long to the server, there, and back, by a clock that is ahead of ours.
SntpAnswer answerIn(std::int64_t to, std::int64_t there, std::int64_t back,
                    std::int64_t ahead = 0) {
  SntpAnswer answer;
  answer.stratum = 2;
  answer.sent = 100 * kDay;
  answer.received = answer.sent + to + ahead;
  answer.transmitted = answer.received + there;
  answer.arrived = answer.sent + to + there + back;
  answer.reference = answer.transmitted - kSecond;
  return answer;
}

}  // namespace

TEST(SntpAnswer, HasARoundTripWithoutTheTimeAtTheServer) {
  EXPECT_EQ(answerIn(3 * kMillisecond, 50 * kMillisecond, 5 * kMillisecond).roundTrip(),
            8 * kMillisecond);
  EXPECT_EQ(answerIn(0, kSecond, 0).roundTrip(), 0);
  // The server's clock may run faster than ours meanwhile; no trip is shorter than nothing.
  SntpAnswer fast = answerIn(0, kSecond, 0);
  fast.transmitted += kMillisecond;
  EXPECT_EQ(fast.roundTrip(), 0);
}

TEST(SntpAnswer, TellsHowFarTheServerIsAhead) {
  EXPECT_EQ(answerIn(kMillisecond, 0, kMillisecond, 60 * kSecond).offset(), 60 * kSecond);
  EXPECT_EQ(answerIn(kMillisecond, kSecond, kMillisecond, -60 * kSecond).offset(), -60 * kSecond);
  // Half of what one way took longer than the other cannot be told from an offset.
  EXPECT_EQ(answerIn(6 * kMillisecond, 0, 2 * kMillisecond).offset(), 2 * kMillisecond);
}

TEST(SntpAnswer, AddsTheServersOwnErrorToTheDistance) {
  SntpAnswer answer = answerIn(kMillisecond, 0, 3 * kMillisecond);
  answer.rootDelay = 20 * kMillisecond;
  answer.rootDispersion = 7 * kMillisecond;
  EXPECT_EQ(answer.rootDistance(), (4 + 20) / 2 * kMillisecond + 7 * kMillisecond);
}

TEST(SntpAnswer, KnowsTheErrorThatOurClockMustHave) {
  EXPECT_EQ(answerIn(kMillisecond, 0, kMillisecond).leastError(), 0);
  // Received before it was sent; sent back after it arrived.
  EXPECT_EQ(answerIn(kMillisecond, 0, kMillisecond, -5 * kMillisecond).leastError(),
            4 * kMillisecond);
  EXPECT_EQ(answerIn(kMillisecond, 0, kMillisecond, 5 * kMillisecond).leastError(),
            4 * kMillisecond);
}

TEST(SntpAnswer, IsValidIfItsServerKeepsTheTime) {
  const SntpAnswer good = answerIn(kMillisecond, 0, kMillisecond);
  EXPECT_TRUE(good.isValid());
  const auto with = [&](auto change) {
    SntpAnswer answer = good;
    change(answer);
    return answer.isValid();
  };
  EXPECT_FALSE(with([](SntpAnswer& a) { a.leap = 3; }));
  EXPECT_FALSE(with([](SntpAnswer& a) { a.stratum = 0; }));  // a "kiss of death"
  EXPECT_TRUE(with([](SntpAnswer& a) { a.stratum = 15; }));
  EXPECT_FALSE(with([](SntpAnswer& a) { a.stratum = 16; }));
  EXPECT_FALSE(with([](SntpAnswer& a) { a.reference = a.transmitted + 1; }));
  EXPECT_TRUE(with([](SntpAnswer& a) { a.reference = a.transmitted - 131072 * kSecond; }));
  EXPECT_FALSE(with([](SntpAnswer& a) { a.reference = a.transmitted - 131072 * kSecond - 1; }));
  EXPECT_TRUE(with([](SntpAnswer& a) { a.rootDelay = 32 * kSecond; }));
  EXPECT_FALSE(with([](SntpAnswer& a) { a.rootDispersion = 16 * kSecond + 1; }));
}

}  // namespace orchestrator_exporter
