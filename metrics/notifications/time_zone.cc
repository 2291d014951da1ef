#include "metrics/notifications/time_zone.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string_view>
#include <system_error>

#include "metrics/base/process/file_text.h"

namespace orchestrator_exporter::notifications {

namespace {

using std::chrono::sys_days;

std::runtime_error noZone() { return std::runtime_error("not a TZif file"); }

// Numbers of a TZif file, which has the highest byte first.
class Bytes {
 public:
  explicit Bytes(std::string_view rest) : rest_(rest) {}

  std::int64_t signedNumber(std::size_t size) {
    const std::string_view bytes = take(size);
    std::uint64_t number = (bytes[0] & 0x80) != 0 ? ~std::uint64_t{0} : 0;
    for (const char byte : bytes) number = number << 8U | static_cast<unsigned char>(byte);
    return static_cast<std::int64_t>(number);
  }
  std::size_t count() { return static_cast<std::size_t>(signedNumber(4)); }
  std::string_view take(std::size_t size) {
    if (size > rest_.size()) throw noZone();
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

// How many of each there are in a block (RFC 8536, section 3.1).
struct Counts {
  std::size_t isUt, isStandard, leaps, times, types, characters;

  std::size_t bytes(std::size_t timeSize) const {
    return times * timeSize + times + types * 6 + characters + leaps * (timeSize + 4) + isStandard +
           isUt;
  }
};

Counts readHead(Bytes& bytes, char& version) {
  if (bytes.take(4) != "TZif") throw noZone();
  version = bytes.take(1)[0];
  bytes.take(15);
  Counts counts{};
  counts.isUt = bytes.count();
  counts.isStandard = bytes.count();
  counts.leaps = bytes.count();
  counts.times = bytes.count();
  counts.types = bytes.count();
  counts.characters = bytes.count();
  return counts;
}

}  // namespace

// The rule behind the table: CET-1CEST,M3.5.0,M10.5.0/3 (POSIX, section 8.3, with the hours that
// RFC 8536 adds).
class TimeZone::RuleReader {
 public:
  explicit RuleReader(std::string_view rest) : rest_(rest) {}

  void read(TimeZone& zone) {
    zone.standard_.name = name();
    zone.standard_.offset = -time();
    zone.hasRule_ = true;
    if (rest_.empty()) return;
    zone.summer_.name = name();
    zone.summer_.offset = rest_.starts_with(',') ? zone.standard_.offset + 3600 : -time();
    zone.toSummer_ = change();
    zone.toStandard_ = change();
    zone.hasSummer_ = true;
  }

 private:
  std::string name() {
    const bool isQuoted = take('<');
    std::string name;
    while (!rest_.empty() && (isQuoted ? rest_.front() != '>' : isLetter(rest_.front()))) {
      name += rest_.front();
      skip();
    }
    if (isQuoted && !take('>')) throw noZone();
    return name;
  }
  static bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

  // hh[:mm[:ss]] with a sign, in seconds.
  std::int64_t time() {
    const bool isNegative = take('-');
    if (!isNegative) take('+');
    std::int64_t seconds = number() * 3600;
    if (take(':')) seconds += number() * 60;
    if (take(':')) seconds += number();
    return isNegative ? -seconds : seconds;
  }

  YearlyChange change() {
    if (!take(',')) throw noZone();
    YearlyChange change;
    if (take('M')) {
      change.month = std::clamp(static_cast<int>(number()), 1, 12);
      take('.');
      change.week = static_cast<int>(number());
      take('.');
      change.day = static_cast<int>(number() % 7);
    } else {
      change.kind = take('J') ? YearlyChange::Kind::kJulian : YearlyChange::Kind::kDayOfYear;
      change.day = static_cast<int>(number());
    }
    if (take('/')) change.time = time();
    return change;
  }

  std::int64_t number() {
    std::int64_t number = -1;
    while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9' && number < 100'000) {
      number = std::max<std::int64_t>(number, 0) * 10 + (rest_.front() - '0');
      skip();
    }
    if (number < 0) throw noZone();
    return number;
  }
  bool take(char wanted) {
    if (!rest_.starts_with(wanted)) return false;
    skip();
    return true;
  }
  void skip() { rest_.remove_prefix(1); }

  std::string_view rest_;
};

TimeZone TimeZone::ofFile(const std::string& content) {
  Bytes bytes(content);
  char version = 0;
  Counts counts = readHead(bytes, version);
  std::size_t timeSize = 4;
  if (version >= '2') {
    // The same again with times of 64 bits.
    bytes.take(counts.bytes(timeSize));
    counts = readHead(bytes, version);
    timeSize = 8;
  }
  if (counts.types == 0 || counts.times > 100'000) throw noZone();
  TimeZone zone;
  for (std::size_t i = 0; i < counts.times; ++i) {
    zone.changes_.push_back({bytes.signedNumber(timeSize), 0});
  }
  const std::string_view types = bytes.take(counts.times);
  zone.clocks_.clear();
  std::vector<std::size_t> names;
  for (std::size_t i = 0; i < counts.types; ++i) {
    zone.clocks_.push_back({bytes.signedNumber(4)});
    names.push_back(static_cast<unsigned char>(bytes.take(2)[1]));
  }
  for (std::size_t i = 0; i < counts.times; ++i) {
    zone.changes_[i].clock = static_cast<unsigned char>(types[i]);
    if (zone.changes_[i].clock >= counts.types) throw noZone();
  }
  const std::string_view characters = bytes.take(counts.characters);
  for (std::size_t i = 0; i < counts.types; ++i) {
    if (names[i] >= characters.size()) throw noZone();
    const std::string_view name = characters.substr(names[i]);
    zone.clocks_[i].name = name.substr(0, name.find('\0'));
  }
  bytes.take(counts.leaps * (timeSize + 4) + counts.isStandard + counts.isUt);
  const std::string_view footer = bytes.rest();
  if (footer.size() > 2 && footer.starts_with('\n')) {
    RuleReader(footer.substr(1, footer.find('\n', 1) - 1)).read(zone);
  }
  return zone;
}

TimeZone TimeZone::named(const std::string& name) {
  if (name == "UTC" || name.empty()) return {};
  // No name leads out of the directories.
  if (name.find("..") == std::string::npos && name.front() != '/' && name != "Local") {
    for (const char* directory : {"/usr/share/zoneinfo/", "/usr/lib/zoneinfo/", "/etc/zoneinfo/"}) {
      try {
        return ofFile(fileText(directory + name));
      } catch (const std::system_error&) {
        continue;
      }
    }
  }
  throw std::runtime_error("unknown time zone '" + name + "'");
}

std::chrono::sys_seconds TimeZone::local(std::chrono::sys_seconds time) const {
  return time + std::chrono::seconds(clockAt(time).offset);
}

const TimeZone::Clock& TimeZone::clock(std::int64_t time) const {
  const auto after = std::upper_bound(
      changes_.begin(), changes_.end(), time,
      [](std::int64_t wanted, const Change& change) { return wanted < change.at; });
  if (after == changes_.end() && hasRule_) return clockByRule(time);
  return clocks_[after == changes_.begin() ? 0 : std::prev(after)->clock];
}

const TimeZone::Clock& TimeZone::clockByRule(std::int64_t time) const {
  if (!hasSummer_) return standard_;
  const auto day = std::chrono::floor<std::chrono::days>(
      std::chrono::sys_seconds(std::chrono::seconds(time + standard_.offset)));
  const std::chrono::year year = std::chrono::year_month_day(day).year();
  const std::int64_t begin = toSummer_.inYear(year) - standard_.offset;
  const std::int64_t end = toStandard_.inYear(year) - summer_.offset;
  const bool isSummer = begin < end ? time >= begin && time < end : time >= begin || time < end;
  return isSummer ? summer_ : standard_;
}

// In seconds since 1970 on the clock before the change.
std::int64_t TimeZone::YearlyChange::inYear(std::chrono::year year) const {
  using namespace std::chrono;
  sys_days date = sys_days(year / January / 1);
  if (kind == Kind::kWeekday) {
    const auto wanted = std::chrono::month(static_cast<unsigned>(month));
    const auto weekday = std::chrono::weekday(static_cast<unsigned>(day));
    date = week >= 5 ? sys_days(year / wanted / weekday[last])
                     : sys_days(year / wanted / weekday[static_cast<unsigned>(std::max(week, 1))]);
  } else {
    // Julian days count no 29 February.
    const bool isBehindLeapDay = kind == Kind::kJulian && year.is_leap() && day >= 60;
    date += days(day - (kind == Kind::kJulian ? 1 : 0) + (isBehindLeapDay ? 1 : 0));
  }
  return date.time_since_epoch().count() * std::int64_t{86400} + time;
}

}  // namespace orchestrator_exporter::notifications
