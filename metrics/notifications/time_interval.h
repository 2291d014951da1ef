#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "metrics/notifications/alert.h"
#include "metrics/notifications/time_zone.h"

namespace orchestrator_exporter::notifications {

// A piece of the calendar: everything that is given has to hold
// (https://prometheus.io/docs/alerting/latest/configuration/#time_interval).
struct TimeInterval {
  // Both ends belong to it, unless said otherwise.
  struct Range {
    int begin = 0;
    int end = 0;
  };

  std::optional<std::vector<Range>> times = std::nullopt;     // minutes of the day, without the end
  std::optional<std::vector<Range>> weekdays = std::nullopt;  // 0 is Sunday
  std::optional<std::vector<Range>> daysOfMonth = std::nullopt;  // negative: from its end
  std::optional<std::vector<Range>> months = std::nullopt;
  std::optional<std::vector<Range>> years = std::nullopt;
  std::shared_ptr<const TimeZone> zone = nullptr;  // null: UTC

  bool contains(Time time) const;
};

// An interval has a name and some pieces, of which any counts.
using TimeIntervals = std::vector<TimeInterval>;
bool contain(const TimeIntervals& intervals, Time time);

// Parts of an interval as files have them. All throw std::invalid_argument with the reason.

// 09:00, up to 24:00, in minutes.
int parseMinuteOfDay(const std::string& text);
// monday, or monday:friday.
TimeInterval::Range parseWeekdays(const std::string& text);
// 1, 1:5, -3:-1.
TimeInterval::Range parseDaysOfMonth(const std::string& text);
// may, 5, may:august.
TimeInterval::Range parseMonths(const std::string& text);
// 2026, 2026:2030.
TimeInterval::Range parseYears(const std::string& text);

}  // namespace orchestrator_exporter::notifications
