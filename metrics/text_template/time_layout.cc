#include "metrics/text_template/time_layout.h"

#include <algorithm>
#include <cstdlib>

namespace orchestrator_exporter::text_template {

const std::string_view kMonthNames[12] = {"January",   "February", "March",    "April",
                                          "May",       "June",     "July",     "August",
                                          "September", "October",  "November", "December"};
const std::string_view kWeekdayNames[7] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                           "Thursday", "Friday", "Saturday"};

namespace {

// The number with `fill` before it if it is shorter than the width.
std::string padded(std::int64_t number, std::size_t width, char fill = '0') {
  const std::string digits = std::to_string(std::abs(number));
  const std::string pad(digits.size() < width ? width - digits.size() : 0, fill);
  return (number < 0 ? "-" : "") + pad + digits;
}

// What the clocks of a time's zone show.
struct Shown {
  explicit Shown(const Time& time) {
    using namespace std::chrono;
    const auto second = floor<seconds>(time.moment);
    if (time.zone) zone = time.zone->clockAt(second);
    const auto local = second + zone.ahead;
    const auto midnight = floor<days>(local);
    date = year_month_day(midnight);
    day = weekday(midnight);
    dayOfYear = (midnight - sys_days(date.year() / January / 1)).count() + 1;
    clock = hh_mm_ss<seconds>(local - midnight);
    thousandths = (time.moment - second).count();
  }
  std::int64_t hour12() const {
    return clock.hours().count() % 12 == 0 ? 12 : clock.hours().count() % 12;
  }

  std::chrono::year_month_day date;
  std::chrono::weekday day;
  std::int64_t dayOfYear = 0;
  std::chrono::hh_mm_ss<std::chrono::seconds> clock;
  std::int64_t thousandths = 0;
  Zone::Clock zone{{}, "UTC"};
};

std::string monthOf(const Shown& at) {
  return std::string(kMonthNames[static_cast<unsigned>(at.date.month()) - 1]);
}
std::string weekdayOf(const Shown& at) { return std::string(kWeekdayNames[at.day.c_encoding()]); }

// How far the clocks are ahead: +0100, +01:00 or +01.
std::string aheadOf(const Shown& at, bool colons, bool minutes, bool seconds) {
  const std::int64_t all = std::abs(at.zone.ahead.count());
  const char* const between = colons ? ":" : "";
  std::string text = (at.zone.ahead.count() < 0 ? "-" : "+") + padded(all / 3600, 2);
  if (minutes) text += between + padded(all / 60 % 60, 2);
  if (seconds) text += between + padded(all % 60, 2);
  return text;
}

template <bool kColons, bool kMinutes, bool kSeconds, bool kZulu>
std::string ahead(const Shown& at) {
  return kZulu && at.zone.ahead.count() == 0 ? "Z" : aheadOf(at, kColons, kMinutes, kSeconds);
}

// A piece of a layout, and what stands in its place.
struct Piece {
  std::string_view text;
  std::string (*write)(const Shown& at);
};

// Longer ones before those that they begin with.
constexpr Piece kPieces[] = {
    {"January", monthOf},
    {"Jan", [](const Shown& at) { return monthOf(at).substr(0, 3); }},
    {"Monday", weekdayOf},
    {"Mon", [](const Shown& at) { return weekdayOf(at).substr(0, 3); }},
    {"MST", [](const Shown& at) { return at.zone.name; }},
    {"002", [](const Shown& at) { return padded(at.dayOfYear, 3); }},
    {"01", [](const Shown& at) { return padded(static_cast<unsigned>(at.date.month()), 2); }},
    {"02", [](const Shown& at) { return padded(static_cast<unsigned>(at.date.day()), 2); }},
    {"03", [](const Shown& at) { return padded(at.hour12(), 2); }},
    {"04", [](const Shown& at) { return padded(at.clock.minutes().count(), 2); }},
    {"05", [](const Shown& at) { return padded(at.clock.seconds().count(), 2); }},
    {"06",
     [](const Shown& at) { return padded(std::abs(static_cast<int>(at.date.year())) % 100, 2); }},
    {"15", [](const Shown& at) { return padded(at.clock.hours().count(), 2); }},
    {"1", [](const Shown& at) { return padded(static_cast<unsigned>(at.date.month()), 1); }},
    {"2006", [](const Shown& at) { return padded(static_cast<int>(at.date.year()), 4); }},
    {"2", [](const Shown& at) { return padded(static_cast<unsigned>(at.date.day()), 1); }},
    {"__2", [](const Shown& at) { return padded(at.dayOfYear, 3, ' '); }},
    // The year behind an underscore, and no day.
    {"_2006", [](const Shown& at) { return "_" + padded(static_cast<int>(at.date.year()), 4); }},
    {"_2", [](const Shown& at) { return padded(static_cast<unsigned>(at.date.day()), 2, ' '); }},
    {"3", [](const Shown& at) { return padded(at.hour12(), 1); }},
    {"4", [](const Shown& at) { return padded(at.clock.minutes().count(), 1); }},
    {"5", [](const Shown& at) { return padded(at.clock.seconds().count(), 1); }},
    {"PM",
     [](const Shown& at) { return std::string(at.clock.hours().count() >= 12 ? "PM" : "AM"); }},
    {"pm",
     [](const Shown& at) { return std::string(at.clock.hours().count() >= 12 ? "pm" : "am"); }},
    {"-070000", ahead<false, true, true, false>},
    {"-07:00:00", ahead<true, true, true, false>},
    {"-0700", ahead<false, true, false, false>},
    {"-07:00", ahead<true, true, false, false>},
    {"-07", ahead<false, false, false, false>},
    {"Z070000", ahead<false, true, true, true>},
    {"Z07:00:00", ahead<true, true, true, true>},
    {"Z0700", ahead<false, true, false, true>},
    {"Z07:00", ahead<true, true, false, true>},
    {"Z07", ahead<false, false, false, true>},
};

bool isDigit(char c) { return c >= '0' && c <= '9'; }

// Jan and Mon are no months and days within a word, such as Janet.
bool isWithinWord(std::string_view piece, std::string_view layout) {
  const bool mayBe = piece == "Jan" || piece == "Mon";
  return mayBe && layout.size() > 3 && layout[3] >= 'a' && layout[3] <= 'z';
}

// How long a fraction of a second the layout begins with, its point included; 0 if with none.
std::size_t fractionSize(std::string_view layout) {
  if (layout.size() < 2 || (layout[0] != '.' && layout[0] != ',')) return 0;
  if (layout[1] != '0' && layout[1] != '9') return 0;
  const std::size_t end = std::min(layout.find_first_not_of(layout[1], 1), layout.size());
  return end < layout.size() && isDigit(layout[end]) ? 0 : end;
}

// `layout` is the fraction's: zeros keep its digits, nines leave zeros at its end out.
std::string fraction(const Shown& at, std::string_view layout) {
  std::string digits = padded(at.thousandths, 3);
  digits.resize(layout.size() - 1, '0');
  if (layout[1] == '9') {
    while (!digits.empty() && digits.back() == '0') digits.pop_back();
    if (digits.empty()) return {};
  }
  return layout[0] + digits;
}

}  // namespace

std::string formattedTime(const Time& time, std::string_view layout) {
  const Shown at(time);
  std::string text;
  while (!layout.empty()) {
    if (const std::size_t size = fractionSize(layout)) {
      text += fraction(at, layout.substr(0, size));
      layout.remove_prefix(size);
      continue;
    }
    const auto* piece = std::find_if(std::begin(kPieces), std::end(kPieces), [&](const Piece& one) {
      return layout.starts_with(one.text) && !isWithinWord(one.text, layout);
    });
    if (piece == std::end(kPieces)) {
      text += layout[0];
      layout.remove_prefix(1);
    } else {
      text += piece->write(at);
      layout.remove_prefix(piece->text.size());
    }
  }
  return text;
}

std::string durationText(std::int64_t nanoseconds) {
  if (nanoseconds == 0) return "0s";
  const std::string sign = nanoseconds < 0 ? "-" : "";
  const std::uint64_t all = nanoseconds < 0 ? ~static_cast<std::uint64_t>(nanoseconds) + 1
                                            : static_cast<std::uint64_t>(nanoseconds);
  const auto counted = [](std::uint64_t whole, std::uint64_t part, std::uint64_t unit) {
    std::string text = std::to_string(whole);
    if (part == 0) return text;
    std::string digits = std::to_string(unit + part).substr(1);
    while (digits.back() == '0') digits.pop_back();
    return text + "." + digits;
  };
  if (all < 1'000) return sign + std::to_string(all) + "ns";
  if (all < 1'000'000) return sign + counted(all / 1'000, all % 1'000, 1'000) + "µs";
  if (all < 1'000'000'000)
    return sign + counted(all / 1'000'000, all % 1'000'000, 1'000'000) + "ms";
  const std::uint64_t seconds = all / 1'000'000'000;
  std::string text = sign;
  if (seconds >= 3600) text += std::to_string(seconds / 3600) + "h";
  if (seconds >= 60) text += std::to_string(seconds / 60 % 60) + "m";
  return text + counted(seconds % 60, all % 1'000'000'000, 1'000'000'000) + "s";
}

}  // namespace orchestrator_exporter::text_template
