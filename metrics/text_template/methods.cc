#include "metrics/text_template/methods.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "metrics/text_template/template_error.h"
#include "metrics/text_template/time_layout.h"

namespace orchestrator_exporter::text_template {

namespace {

using namespace std::chrono;
using Arguments = std::span<const Value>;

constexpr std::int64_t kNanosecondsOfOne = 1'000'000;  // millisecond
constexpr milliseconds kYearOne{-62'135'596'800'000};
constexpr std::int64_t kLongest = std::numeric_limits<std::int64_t>::max();

std::string nameIn(std::span<const std::string_view> names, std::int64_t number,
                   std::string_view type) {
  if (number >= 0 && static_cast<std::size_t>(number) < names.size()) {
    return std::string(names[static_cast<std::size_t>(number)]);
  }
  return "%!" + std::string(type) + "(" + std::to_string(number) + ")";
}
std::string monthText(std::int64_t number) { return nameIn(kMonthNames, number - 1, "Month"); }
std::string weekdayText(std::int64_t number) { return nameIn(kWeekdayNames, number, "Weekday"); }

const Time& timeAt(Arguments of, std::size_t at) { return std::get<Time>(of[at]); }
std::int64_t numberAt(Arguments of, std::size_t at) { return *wholeNumberOf(of[at]); }
Value duration(std::int64_t nanoseconds) { return NamedInteger{nanoseconds, &kDuration}; }

seconds aheadOf(const Time& time) {
  return time.zone ? time.zone->clockAt(floor<seconds>(time.moment)).ahead : seconds(0);
}
// What the clocks there show.
sys_time<milliseconds> local(const Time& time) { return time.moment + aheadOf(time); }
year_month_day dateOf(const Time& time) { return {floor<days>(local(time))}; }

template <std::int64_t (*kPart)(const Time&)>
Value whole(Arguments of, const Context*) {
  return kPart(timeAt(of, 0));
}

std::int64_t yearOf(const Time& time) { return static_cast<int>(dateOf(time).year()); }
std::int64_t dayOf(const Time& time) { return static_cast<unsigned>(dateOf(time).day()); }
std::int64_t dayOfYear(const Time& time) {
  return (floor<days>(local(time)) - sys_days(dateOf(time).year() / January / 1)).count() + 1;
}
template <typename Unit, std::int64_t kMany>
std::int64_t clockOf(const Time& time) {
  return floor<Unit>(local(time) - floor<days>(local(time))).count() % kMany;
}
std::int64_t nanosecondOf(const Time& time) {
  return (time.moment - floor<seconds>(time.moment)).count() * kNanosecondsOfOne;
}
template <typename Unit>
std::int64_t sinceEpoch(const Time& time) {
  return floor<Unit>(time.moment.time_since_epoch()).count();
}
// Beyond the years 1678 and 2262 Go's number is undefined too.
std::int64_t nanosecondsSinceEpoch(const Time& time) {
  return static_cast<std::int64_t>(
      static_cast<std::uint64_t>(time.moment.time_since_epoch().count()) * kNanosecondsOfOne);
}

Value month(Arguments of, const Context*) {
  return NamedInteger{static_cast<unsigned>(dateOf(timeAt(of, 0)).month()), &kMonth};
}
Value weekdayNumber(Arguments of, const Context*) {
  return NamedInteger{weekday(floor<days>(local(timeAt(of, 0)))).c_encoding(), &kWeekday};
}

std::string zoneName(const Time& time) {
  return time.zone ? std::string(time.zone->name()) : "UTC";
}
Value location(Arguments of, const Context*) { return zoneName(timeAt(of, 0)); }
Value utc(Arguments of, const Context*) { return Time(timeAt(of, 0).moment, nullptr); }
Value format(Arguments of, const Context*) {
  return formattedTime(timeAt(of, 0), std::get<std::string>(of[1]));
}
Value text(Arguments of, const Context*) { return printed(of[0]); }

Value goText(Arguments of, const Context*) {
  const Time& time = timeAt(of, 0);
  const auto number = [](std::int64_t part) { return ", " + std::to_string(part); };
  const std::string zone =
      time.zone ? "time.Location(\"" + zoneName(time) + "\")" : std::string("time.UTC");
  return "time.Date(" + std::to_string(yearOf(time)) + ", time." +
         monthText(static_cast<unsigned>(dateOf(time).month())) + number(dayOf(time)) +
         number(clockOf<hours, 24>(time)) + number(clockOf<minutes, 60>(time)) +
         number(clockOf<seconds, 60>(time)) + number(nanosecondOf(time)) + ", " + zone + ")";
}

Value isZero(Arguments of, const Context*) {
  return timeAt(of, 0).moment.time_since_epoch() == kYearOne;
}
// Whether its clocks are ahead of those of the same place in winter.
Value isDaylightSaving(Arguments of, const Context*) {
  const Time& time = timeAt(of, 0);
  if (!time.zone) return false;
  const auto aheadIn = [&](std::chrono::month month) {
    const sys_days day = dateOf(time).year() / month / 1;
    return time.zone->clockAt(day).ahead;
  };
  return aheadOf(time) > std::min(aheadIn(January), aheadIn(July));
}

Value before(Arguments of, const Context*) { return timeAt(of, 0).moment < timeAt(of, 1).moment; }
Value after(Arguments of, const Context*) { return timeAt(of, 0).moment > timeAt(of, 1).moment; }
Value equal(Arguments of, const Context*) { return timeAt(of, 0).moment == timeAt(of, 1).moment; }
Value compare(Arguments of, const Context*) {
  const auto order = timeAt(of, 0).moment <=> timeAt(of, 1).moment;
  return std::int64_t{order < 0 ? -1 : order > 0 ? 1 : 0};
}

Value add(Arguments of, const Context*) {
  const Time& time = timeAt(of, 0);
  return Time(time.moment + milliseconds(numberAt(of, 1) / kNanosecondsOfOne), time.zone);
}
Value subtract(Arguments of, const Context*) {
  return durationBetween(timeAt(of, 1), timeAt(of, 0));
}

// The moment at which clocks of the time's zone show so.
Time atLocal(sys_time<milliseconds> shown, const Time& like) {
  if (!like.zone) return Time(shown, nullptr);
  const auto aheadAt = [&](sys_time<milliseconds> moment) {
    return like.zone->clockAt(floor<seconds>(moment)).ahead;
  };
  const auto guess = shown - aheadAt(shown);
  return Time(shown - aheadAt(guess), like.zone);
}

// A day that the month does not have counts on into the next.
Value addDate(Arguments of, const Context*) {
  for (std::size_t i = 1; i < 4; ++i) {
    if (std::abs(static_cast<double>(numberAt(of, i))) > 5'000'000) {
      throw CallError("no such date");
    }
  }
  const Time& time = timeAt(of, 0);
  const std::int64_t monthsSinceZero = (yearOf(time) + numberAt(of, 1)) * 12 +
                                       static_cast<unsigned>(dateOf(time).month()) - 1 +
                                       numberAt(of, 2);
  const std::int64_t year =
      monthsSinceZero >= 0 ? monthsSinceZero / 12 : -((11 - monthsSinceZero) / 12);
  if (year < -20'000 || year > 20'000) throw CallError("no such date");
  const sys_days first =
      std::chrono::year(static_cast<int>(year)) /
      std::chrono::month(static_cast<unsigned>(monthsSinceZero - year * 12) + 1) / 1;
  const sys_days day = first + days(dayOf(time) - 1 + numberAt(of, 3));
  return atLocal(day + (local(time) - floor<days>(local(time))), time);
}

// To whole parts of the duration since the year 1, as far as milliseconds go.
template <bool kUp>
Value wholeParts(Arguments of, const Context*) {
  const Time& time = timeAt(of, 0);
  const std::int64_t part = numberAt(of, 1) / kNanosecondsOfOne;
  if (part <= 0) return Time(time.moment, time.zone);
  const std::int64_t rest = (time.moment.time_since_epoch() - kYearOne).count() % part;
  const bool goesUp = kUp && rest + rest >= part;
  return Time(time.moment - milliseconds(rest) + milliseconds(goesUp ? part : 0), time.zone);
}

template <std::int64_t kUnit>
Value inUnits(Arguments of, const Context*) {
  const std::int64_t all = numberAt(of, 0);
  return static_cast<double>(all / kUnit) +
         static_cast<double>(all % kUnit) / static_cast<double>(kUnit);
}
template <std::int64_t kUnit>
Value wholeUnits(Arguments of, const Context*) {
  return numberAt(of, 0) / kUnit;
}
Value absolute(Arguments of, const Context*) {
  const std::int64_t number = numberAt(of, 0);
  return duration(number >= 0 ? number : number == -kLongest - 1 ? kLongest : -number);
}
Value truncated(Arguments of, const Context*) {
  const std::int64_t part = numberAt(of, 1);
  return duration(numberAt(of, 0) - (part <= 0 ? 0 : numberAt(of, 0) % part));
}
// Halves go away from zero.
Value rounded(Arguments of, const Context*) {
  const std::int64_t number = numberAt(of, 0);
  const std::int64_t part = numberAt(of, 1);
  if (part <= 0) return duration(number);
  const std::int64_t rest = std::abs(number % part);
  const std::int64_t towardsZero = number - number % part;
  if (rest < part - rest) return duration(towardsZero);
  if (number < 0) {
    return duration(towardsZero < -kLongest - 1 + part ? -kLongest - 1 : towardsZero - part);
  }
  return duration(towardsZero > kLongest - part ? kLongest : towardsZero + part);
}

constexpr Function kOfTimes[] = {
    {"Add", "d", add},
    {"AddDate", "iii", addDate},
    {"After", "t", after},
    {"Before", "t", before},
    {"Clock", ""},
    {"Compare", "t", compare},
    {"Date", ""},
    {"Day", "", whole<dayOf>},
    {"Equal", "t", equal},
    {"Format", "s", format},
    {"GoString", "", goText},
    {"Hour", "", whole<clockOf<hours, 24>>},
    {"ISOWeek", ""},
    {"IsDST", "", isDaylightSaving},
    {"IsZero", "", isZero},
    {"Local", "", utc},
    {"Location", "", location},
    {"Minute", "", whole<clockOf<minutes, 60>>},
    {"Month", "", month},
    {"Nanosecond", "", whole<nanosecondOf>},
    {"Round", "d", wholeParts<true>},
    {"Second", "", whole<clockOf<seconds, 60>>},
    {"String", "", text},
    {"Sub", "t", subtract},
    {"Truncate", "d", wholeParts<false>},
    {"UTC", "", utc},
    {"Unix", "", whole<sinceEpoch<seconds>>},
    {"UnixMicro", "", whole<sinceEpoch<microseconds>>},
    {"UnixMilli", "", whole<sinceEpoch<milliseconds>>},
    {"UnixNano", "", whole<nanosecondsSinceEpoch>},
    {"Weekday", "", weekdayNumber},
    {"Year", "", whole<yearOf>},
    {"YearDay", "", whole<dayOfYear>},
    {"Zone", ""},
};

constexpr Function kOfDurations[] = {
    {"Abs", "", absolute},
    {"Hours", "", inUnits<3'600'000'000'000>},
    {"Microseconds", "", wholeUnits<1'000>},
    {"Milliseconds", "", wholeUnits<1'000'000>},
    {"Minutes", "", inUnits<60'000'000'000>},
    {"Nanoseconds", "", wholeUnits<1>},
    {"Round", "d", rounded},
    {"Seconds", "", inUnits<1'000'000'000>},
    {"String", "", text},
    {"Truncate", "d", truncated},
};

constexpr Function kOfNames[] = {{"String", "", text}};

}  // namespace

const IntegerType kDuration{"time.Duration", durationText};
const IntegerType kMonth{"time.Month", monthText};
const IntegerType kWeekday{"time.Weekday", weekdayText};

const Function* methodOf(const Value& self, std::string_view name) {
  std::span<const Function> known;
  if (std::holds_alternative<Time>(self)) {
    known = kOfTimes;
  } else if (const auto* integer = std::get_if<NamedInteger>(&self)) {
    known = integer->type == &kDuration ? std::span<const Function>(kOfDurations)
                                        : std::span<const Function>(kOfNames);
  }
  const auto at = std::find_if(known.begin(), known.end(),
                               [name](const Function& method) { return method.name == name; });
  return at == known.end() ? nullptr : &*at;
}

std::string unusable(std::string_view method) {
  const std::string name(method);
  if (name == "Clock" || name == "Date") {
    return "function " + name + " has 3 return values; should be 1 or 2";
  }
  return "invalid function signature for " + name + ": second return value should be error; is int";
}

Value durationBetween(const Time& earlier, const Time& later) {
  const std::int64_t apart = (later.moment - earlier.moment).count();
  constexpr std::int64_t kMost = kLongest / kNanosecondsOfOne;
  if (apart > kMost) return duration(kLongest);
  if (apart < -kMost) return duration(-kLongest - 1);
  return duration(apart * kNanosecondsOfOne);
}

}  // namespace orchestrator_exporter::text_template
