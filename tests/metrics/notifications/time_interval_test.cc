#include "metrics/notifications/time_interval.h"

#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>

namespace orchestrator_exporter::notifications {
namespace {

using namespace std::chrono_literals;

// A time in UTC.
Time at(std::chrono::year_month_day date, std::chrono::minutes time) {
  return std::chrono::duration_cast<Milliseconds>(
             (std::chrono::sys_days(date) + time).time_since_epoch())
      .count();
}

constexpr auto kSunday = std::chrono::March / 29 / 2026;  // clocks go forward in Berlin
constexpr auto kMonday = std::chrono::March / 30 / 2026;

TimeInterval nineToFive() {
  TimeInterval interval;
  interval.times = {{parseMinuteOfDay("09:00"), parseMinuteOfDay("17:00")}};
  return interval;
}

TEST(TimeInterval, TheEndOfATimeDoesNotBelongToIt) {
  EXPECT_FALSE(nineToFive().contains(at(kMonday, 8h + 59min)));
  EXPECT_TRUE(nineToFive().contains(at(kMonday, 9h)));
  EXPECT_TRUE(nineToFive().contains(at(kMonday, 16h + 59min)));
  EXPECT_FALSE(nineToFive().contains(at(kMonday, 17h)));
}

TEST(TimeInterval, BothEndsOfWeekdaysBelongToThem) {
  TimeInterval interval;
  interval.weekdays = {parseWeekdays("monday:friday")};
  EXPECT_TRUE(interval.contains(at(kMonday, 0min)));
  EXPECT_TRUE(interval.contains(at(std::chrono::April / 3 / 2026, 23h)));
  EXPECT_FALSE(interval.contains(at(kSunday, 12h)));
}

TEST(TimeInterval, NegativeDaysCountFromTheEndOfTheMonth) {
  TimeInterval interval;
  interval.daysOfMonth = {parseDaysOfMonth("-1")};
  EXPECT_TRUE(interval.contains(at(std::chrono::February / 28 / 2026, 1h)));
  EXPECT_TRUE(interval.contains(at(std::chrono::February / 29 / 2028, 1h)));
  EXPECT_FALSE(interval.contains(at(std::chrono::February / 28 / 2028, 1h)));
}

TEST(TimeInterval, DaysThatAMonthDoesNotHaveAreCutOff) {
  TimeInterval interval;
  interval.daysOfMonth = {parseDaysOfMonth("28:31")};
  EXPECT_TRUE(interval.contains(at(std::chrono::February / 28 / 2026, 1h)));
  EXPECT_FALSE(interval.contains(at(std::chrono::March / 1 / 2026, 1h)));
  interval.daysOfMonth = {parseDaysOfMonth("31")};
  EXPECT_FALSE(interval.contains(at(std::chrono::February / 28 / 2026, 1h)));
}

TEST(TimeInterval, MonthsHaveNamesAndNumbers) {
  TimeInterval interval;
  interval.months = {parseMonths("may:August"), parseMonths("11")};
  interval.years = {parseYears("2026:2027")};
  EXPECT_TRUE(interval.contains(at(std::chrono::August / 31 / 2027, 0min)));
  EXPECT_TRUE(interval.contains(at(std::chrono::November / 1 / 2026, 0min)));
  EXPECT_FALSE(interval.contains(at(std::chrono::September / 1 / 2026, 0min)));
  EXPECT_FALSE(interval.contains(at(std::chrono::May / 1 / 2028, 0min)));
}

TEST(TimeInterval, EverythingThatIsGivenHasToHold) {
  TimeInterval interval = nineToFive();
  interval.weekdays = {parseWeekdays("sunday")};
  EXPECT_TRUE(interval.contains(at(kSunday, 9h)));
  EXPECT_FALSE(interval.contains(at(kSunday, 8h)));
  EXPECT_FALSE(interval.contains(at(kMonday, 9h)));
}

TEST(TimeInterval, AnEmptyListHoldsNever) {
  TimeInterval interval;
  interval.months.emplace();
  EXPECT_FALSE(interval.contains(at(kMonday, 9h)));
}

TEST(TimeInterval, FollowsTheClocksOfItsPlaceOverTheChangeToSummer) {
  TimeInterval interval = nineToFive();
  interval.zone = std::make_shared<const TimeZone>(TimeZone::named("Europe/Berlin"));
  // The day before, Berlin is one hour ahead; from 01:00 UTC on the 29th, two.
  EXPECT_FALSE(interval.contains(at(std::chrono::March / 28 / 2026, 7h + 59min)));
  EXPECT_TRUE(interval.contains(at(std::chrono::March / 28 / 2026, 8h)));
  EXPECT_TRUE(interval.contains(at(kSunday, 7h)));
  EXPECT_FALSE(interval.contains(at(kSunday, 15h)));
}

TEST(TimeInterval, AnHourThatIsSkippedIsInNoInterval) {
  TimeInterval interval;
  interval.times = {{parseMinuteOfDay("02:00"), parseMinuteOfDay("03:00")}};
  interval.zone = std::make_shared<const TimeZone>(TimeZone::named("Europe/Berlin"));
  for (auto minute = 0min; minute < 240min; ++minute) {
    EXPECT_FALSE(interval.contains(at(kSunday, minute))) << minute.count();
  }
}

TEST(TimeInterval, AnHourThatComesTwiceCountsTwice) {
  TimeInterval interval;
  interval.times = {{parseMinuteOfDay("02:00"), parseMinuteOfDay("03:00")}};
  interval.zone = std::make_shared<const TimeZone>(TimeZone::named("Europe/Berlin"));
  int minutes = 0;
  for (auto minute = 0min; minute < 240min; ++minute) {
    minutes += interval.contains(at(std::chrono::October / 25 / 2026, minute)) ? 1 : 0;
  }
  EXPECT_EQ(minutes, 120);
}

TEST(TimeZone, GoesOnByItsRuleBehindItsTable) {
  const TimeZone berlin = TimeZone::named("Europe/Berlin");
  const std::chrono::sys_seconds summer = std::chrono::sys_days(std::chrono::July / 1 / 2090);
  const std::chrono::sys_seconds winter = std::chrono::sys_days(std::chrono::January / 1 / 2090);
  EXPECT_EQ(berlin.local(summer) - summer, 2h);
  EXPECT_EQ(berlin.local(winter) - winter, 1h);
  const TimeZone sydney = TimeZone::named("Australia/Sydney");
  EXPECT_EQ(sydney.local(summer) - summer, 10h);
  EXPECT_EQ(sydney.local(winter) - winter, 11h);
}

TEST(TimeZone, OfAnUnknownPlaceIsRefused) {
  for (const char* name : {"Europe/Berlim", "../../etc/passwd", "/etc/localtime", "Europe"}) {
    EXPECT_THROW(TimeZone::named(name), std::runtime_error) << name;
  }
}

TEST(TimeZone, OfAFileThatIsCutOffIsRefused) {
  EXPECT_THROW(TimeZone::ofFile("TZif2"), std::runtime_error);
  EXPECT_THROW(TimeZone::ofFile("not one at all, whatever its length may be, not even nearly"),
               std::runtime_error);
}

TEST(TimeIntervalParts, WhatIsNoneIsRefused) {
  for (const char* text : {"9:00", "24:01", "12:60", "", "noon."}) {
    EXPECT_THROW(parseMinuteOfDay(text), std::invalid_argument) << text;
  }
  for (const char* text : {"mon", "friday:monday", "", "monday:"}) {
    EXPECT_THROW(parseWeekdays(text), std::invalid_argument) << text;
  }
  for (const char* text : {"0", "32", "5:1", "-1:-3", "-3:5", "x"}) {
    EXPECT_THROW(parseDaysOfMonth(text), std::invalid_argument) << text;
  }
  for (const char* text : {"0", "13", "august:may", "maj"}) {
    EXPECT_THROW(parseMonths(text), std::invalid_argument) << text;
  }
  EXPECT_THROW(parseYears("2027:2026"), std::invalid_argument);
  EXPECT_EQ(parseMinuteOfDay("24:00"), 24 * 60);
}

}  // namespace
}  // namespace orchestrator_exporter::notifications
