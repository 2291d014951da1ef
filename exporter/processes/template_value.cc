#include "exporter/processes/template_value.h"

#include <array>

namespace exporter {

namespace {

constexpr std::array<std::string_view, 12> kMonths = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};
constexpr std::array<std::string_view, 7> kDays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                   "Thursday", "Friday", "Saturday"};

// A time in its parts, UTC.
struct Calendar {
  explicit Calendar(TemplateTime time)
      : day(std::chrono::floor<std::chrono::days>(time)), date(day), clock(time - day) {}

  std::int64_t year() const { return static_cast<int>(date.year()); }
  unsigned month() const { return static_cast<unsigned>(date.month()); }
  unsigned dayOfMonth() const { return static_cast<unsigned>(date.day()); }
  unsigned weekday() const { return std::chrono::weekday(day).c_encoding(); }
  std::int64_t yearDay() const {
    return (day - std::chrono::sys_days(date.year() / std::chrono::January / 1)).count() + 1;
  }
  std::int64_t hour() const { return clock.hours().count(); }
  std::int64_t minute() const { return clock.minutes().count(); }
  std::int64_t second() const { return clock.seconds().count(); }
  std::int64_t millisecond() const { return clock.subseconds().count(); }

  std::chrono::sys_days day;
  std::chrono::year_month_day date;
  std::chrono::hh_mm_ss<std::chrono::milliseconds> clock;
};

std::string padded(std::int64_t number, std::size_t width, char pad = '0') {
  const std::string digits = std::to_string(number);
  return std::string(digits.size() < width ? width - digits.size() : 0, pad) + digits;
}

// The parts of a layout; of several that fit, the first counts.
constexpr std::array<std::string_view, 23> kLayoutParts = {
    "January", "Jan", "Monday", "Mon", "MST", "2006", "Z07:00", "-07:00", "-0700", "_2", "01", "02",
    "03",      "04",  "05",     "06",  "15",  "PM",   "1",      "2",      "3",     "4",  "5"};

std::string layoutPart(std::string_view part, const Calendar& at) {
  const std::int64_t shortHour = (at.hour() + 11) % 12 + 1;
  if (part == "January") return std::string(kMonths[at.month() - 1]);
  if (part == "Jan") return std::string(kMonths[at.month() - 1].substr(0, 3));
  if (part == "Monday") return std::string(kDays[at.weekday()]);
  if (part == "Mon") return std::string(kDays[at.weekday()].substr(0, 3));
  if (part == "MST") return "UTC";
  if (part == "2006") return padded(at.year(), 4);
  if (part == "06") return padded(at.year() % 100, 2);
  if (part == "Z07:00") return "Z";
  if (part == "-07:00") return "+00:00";
  if (part == "-0700") return "+0000";
  if (part == "_2") return padded(at.dayOfMonth(), 2, ' ');
  if (part == "01") return padded(at.month(), 2);
  if (part == "02") return padded(at.dayOfMonth(), 2);
  if (part == "03") return padded(shortHour, 2);
  if (part == "04") return padded(at.minute(), 2);
  if (part == "05") return padded(at.second(), 2);
  if (part == "15") return padded(at.hour(), 2);
  if (part == "PM") return at.hour() < 12 ? "AM" : "PM";
  if (part == "1") return std::to_string(at.month());
  if (part == "2") return std::to_string(at.dayOfMonth());
  if (part == "3") return std::to_string(shortHour);
  if (part == "4") return std::to_string(at.minute());
  return std::to_string(at.second());
}

struct Printer {
  std::string operator()(TemplateMissing) const { return "<no value>"; }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(const std::string& value) const { return value; }
  std::string operator()(const TemplateList& list) const {
    std::string text = "[";
    for (const std::string& entry : list) text.append(text.size() > 1 ? " " : "").append(entry);
    return text + "]";
  }
  std::string operator()(const TemplateMap& map) const {
    std::string text = "map";
    for (const auto& [key, value] : map) {
      text.append(text.size() > 3 ? " " : "[").append(key).append(":").append(value);
    }
    return text + (map.empty() ? "[]" : "]");
  }
  std::string operator()(TemplateTime time) const {
    std::string fraction;
    if (const auto milliseconds = Calendar(time).millisecond(); milliseconds != 0) {
      fraction = "." + padded(milliseconds, 3);
      while (fraction.back() == '0') fraction.pop_back();
    }
    return formatTime(time, "2006-01-02 15:04:05") + fraction + " +0000 UTC";
  }
};

}  // namespace

std::string printed(const TemplateValue& value) { return std::visit(Printer{}, value); }

bool isTrue(const TemplateValue& value) {
  struct Truth {
    bool operator()(TemplateMissing) const { return false; }
    bool operator()(bool given) const { return given; }
    bool operator()(std::int64_t number) const { return number != 0; }
    bool operator()(const std::string& text) const { return !text.empty(); }
    bool operator()(const TemplateList& list) const { return !list.empty(); }
    bool operator()(const TemplateMap& map) const { return !map.empty(); }
    bool operator()(TemplateTime) const { return true; }
  };
  return std::visit(Truth{}, value);
}

std::string formatTime(TemplateTime time, std::string_view layout) {
  const Calendar at(time);
  std::string text;
  while (!layout.empty()) {
    std::string_view found;
    for (const std::string_view part : kLayoutParts) {
      if (found.empty() && layout.starts_with(part)) found = part;
    }
    if (found.empty()) {
      text += layout.front();
      layout.remove_prefix(1);
    } else {
      text += layoutPart(found, at);
      layout.remove_prefix(found.size());
    }
  }
  return text;
}

std::optional<TemplateValue> timeMethod(TemplateTime time, std::string_view method) {
  const Calendar at(time);
  const auto sinceEpoch = time.time_since_epoch();
  if (method == "Unix") return std::chrono::floor<std::chrono::seconds>(sinceEpoch).count();
  if (method == "UnixMilli") return std::int64_t{sinceEpoch.count()};
  if (method == "Year") return at.year();
  if (method == "Month") return std::string(kMonths[at.month() - 1]);
  if (method == "Day") return std::int64_t{at.dayOfMonth()};
  if (method == "Weekday") return std::string(kDays[at.weekday()]);
  if (method == "YearDay") return at.yearDay();
  if (method == "Hour") return at.hour();
  if (method == "Minute") return at.minute();
  if (method == "Second") return at.second();
  if (method == "UTC") return time;
  if (method == "String") return printed(time);
  return std::nullopt;
}

}  // namespace exporter
