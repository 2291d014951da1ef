#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace orchestrator_exporter::notifications {

// How far the clocks of a place are ahead of UTC, as its TZif file has it (RFC 8536). Any thread
// may ask.
class TimeZone {
 public:
  // UTC.
  TimeZone() = default;
  // `name` as in Europe/Berlin, below one of the directories that systems keep them in. Throws
  // std::runtime_error if there is none, or if what is there is no such file.
  static TimeZone named(const std::string& name);
  // Of the bytes of a TZif file. Throws std::runtime_error.
  static TimeZone ofFile(const std::string& content);

  // What the clocks there show at a time, in seconds since 1970.
  std::chrono::sys_seconds local(std::chrono::sys_seconds time) const;

  struct Clock {
    std::int64_t offset = 0;  // seconds ahead of UTC
    std::string name = {};    // such as CEST
  };
  const Clock& clockAt(std::chrono::sys_seconds time) const {
    return clock(time.time_since_epoch().count());
  }

 private:
  struct Change {
    std::int64_t at;
    std::size_t clock;  // of clocks_, from then on
  };
  // A day of the year at which an offset begins, as the rule behind the table says it.
  struct YearlyChange {
    enum class Kind : std::uint8_t { kJulian, kDayOfYear, kWeekday };
    Kind kind = Kind::kWeekday;
    int month = 0;
    int week = 0;
    int day = 0;
    std::int64_t time = 2 * 3600;  // of the wall clock before it

    std::int64_t inYear(std::chrono::year year) const;
  };
  class RuleReader;

  const Clock& clock(std::int64_t time) const;
  const Clock& clockByRule(std::int64_t time) const;

  std::vector<Change> changes_;
  std::vector<Clock> clocks_ = {{0, "UTC"}};  // the first one before the first change
  // Behind the last change.
  bool hasRule_ = false;
  bool hasSummer_ = false;
  Clock standard_;
  Clock summer_;
  YearlyChange toSummer_;
  YearlyChange toStandard_;
};

}  // namespace orchestrator_exporter::notifications
