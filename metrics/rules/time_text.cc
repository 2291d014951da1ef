#include "metrics/rules/time_text.h"

#include <chrono>
#include <cstdio>

namespace orchestrator_exporter::rules {

std::string rfc3339(Time time) {
  const std::chrono::sys_time<Milliseconds> moment{Milliseconds(time)};
  const auto day = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss<Milliseconds> clock(moment - day);
  char text[64];
  const int size = std::snprintf(
      text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03d", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
      static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  std::string written(text, static_cast<std::size_t>(size));
  while (written.back() == '0') written.pop_back();
  if (written.back() == '.') written.pop_back();
  return written + "Z";
}

}  // namespace orchestrator_exporter::rules
