#include "metrics/notifications/time_interval.h"

#include <algorithm>
#include <chrono>
#include <span>
#include <stdexcept>
#include <string_view>

#include "metrics/base/number_parse.h"
#include "metrics/rules/expansion/texts.h"

namespace orchestrator_exporter::notifications {

namespace {

using Range = TimeInterval::Range;
using Ranges = std::optional<std::vector<Range>>;

constexpr std::string_view kWeekdays[] = {"sunday",   "monday", "tuesday", "wednesday",
                                          "thursday", "friday", "saturday"};
constexpr std::string_view kMonths[] = {"january",   "february", "march",    "april",
                                        "may",       "june",     "july",     "august",
                                        "september", "october",  "november", "december"};

bool has(const Ranges& ranges, int value) {
  return !ranges || std::any_of(ranges->begin(), ranges->end(), [value](const Range& range) {
    return value >= range.begin && value <= range.end;
  });
}

// Days from the end of the month count from 1 on, and what sticks out of it is cut off.
bool hasDay(const Ranges& ranges, int day, int daysInMonth) {
  return !ranges || std::any_of(ranges->begin(), ranges->end(), [=](const Range& range) {
    const auto fromStart = [daysInMonth](int any) { return any < 0 ? daysInMonth + any + 1 : any; };
    const int begin = fromStart(range.begin);
    const int end = fromStart(range.end);
    return begin <= daysInMonth && day >= begin && day <= end;
  });
}

std::invalid_argument refusal(const std::string& text, const std::string& expected) {
  return std::invalid_argument("expected " + expected + ", got '" + text + "'");
}

// Both ends of BEGIN:END, or of one value; `read` gives nullopt for what is none.
template <typename Read>
Range parseRange(const std::string& text, const std::string& expected, Read read) {
  const std::string lower = rules::toLower(text);
  const std::size_t colon = lower.find(':');
  const std::optional<int> begin = read(lower.substr(0, colon));
  const std::optional<int> end = colon == std::string::npos ? begin : read(lower.substr(colon + 1));
  if (!begin || !end) throw refusal(text, expected);
  return {*begin, *end};
}

void checkOrder(const Range& range, const std::string& text) {
  if (range.begin > range.end) {
    throw std::invalid_argument("'" + text + "' ends before it begins");
  }
}

std::optional<int> placeIn(std::span<const std::string_view> names, const std::string& name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<int>(found - names.begin());
}

std::optional<int> numberIn(const std::string& text, int least, int most) {
  const auto number = parseInteger(text);
  if (!number || *number < least || *number > most) return std::nullopt;
  return static_cast<int>(*number);
}

}  // namespace

bool TimeInterval::contains(Time time) const {
  using namespace std::chrono;
  const sys_seconds seconds =
      floor<std::chrono::seconds>(sys_time<Milliseconds>(Milliseconds(time)));
  const sys_seconds local = zone ? zone->local(seconds) : seconds;
  const sys_days day = floor<days>(local);
  const year_month_day date(day);
  const auto minute = static_cast<int>(duration_cast<minutes>(local - day).count());
  const auto daysInMonth = static_cast<int>(
      static_cast<unsigned>(year_month_day_last(date.year() / date.month() / last).day()));
  const bool isInTimes =
      !times || std::any_of(times->begin(), times->end(), [=](const Range& range) {
        return minute >= range.begin && minute < range.end;
      });
  return isInTimes && has(weekdays, static_cast<int>(weekday(day).c_encoding())) &&
         hasDay(daysOfMonth, static_cast<int>(static_cast<unsigned>(date.day())), daysInMonth) &&
         has(months, static_cast<int>(static_cast<unsigned>(date.month()))) &&
         has(years, static_cast<int>(date.year()));
}

bool contain(const TimeIntervals& intervals, Time time) {
  return std::any_of(intervals.begin(), intervals.end(),
                     [time](const TimeInterval& interval) { return interval.contains(time); });
}

int parseMinuteOfDay(const std::string& text) {
  const auto hour = text.size() == 5 ? parseUnsigned(text.substr(0, 2)) : std::nullopt;
  const auto minute = text.size() == 5 ? parseUnsigned(text.substr(3)) : std::nullopt;
  const bool isTime = hour && minute && text[2] == ':' && *minute < 60 &&
                      (*hour < 24 || (*hour == 24 && *minute == 0));
  if (!isTime) throw refusal(text, "a time from 00:00 to 24:00");
  return static_cast<int>(*hour * 60 + *minute);
}

Range parseWeekdays(const std::string& text) {
  const Range range = parseRange(text, "weekdays such as monday:friday",
                                 [](const std::string& name) { return placeIn(kWeekdays, name); });
  checkOrder(range, text);
  return range;
}

Range parseDaysOfMonth(const std::string& text) {
  const std::string expected = "days from 1 to 31 or from -31 to -1, such as 1:5 or -3:-1";
  const Range range = parseRange(text, expected, [](const std::string& word) {
    const auto number = numberIn(word, -31, 31);
    return number == 0 ? std::nullopt : number;
  });
  // 5:-1 may end before it begins in a short month only.
  const bool goesBack = range.begin > 0 && range.end > 0 && range.begin > range.end;
  const bool goesOver = range.begin < 0 && (range.end > 0 || range.begin > range.end);
  if (goesBack || goesOver) throw std::invalid_argument("'" + text + "' ends before it begins");
  return range;
}

Range parseMonths(const std::string& text) {
  const Range range =
      parseRange(text, "months such as may:august or 5:8", [](const std::string& word) {
        const auto named = placeIn(kMonths, word);
        return named ? std::optional(*named + 1) : numberIn(word, 1, 12);
      });
  checkOrder(range, text);
  return range;
}

Range parseYears(const std::string& text) {
  const Range range = parseRange(text, "years such as 2026:2030",
                                 [](const std::string& word) { return numberIn(word, 0, 9999); });
  checkOrder(range, text);
  return range;
}

}  // namespace orchestrator_exporter::notifications
