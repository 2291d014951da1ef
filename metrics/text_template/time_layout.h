#pragma once

#include <string>
#include <string_view>

#include "metrics/text_template/value.h"

namespace orchestrator_exporter::text_template {

// As Go prints a time of itself.
inline constexpr std::string_view kDefaultLayout = "2006-01-02 15:04:05.999999999 -0700 MST";
// RFC 3339, without zeros at the end of the fraction.
inline constexpr std::string_view kRfc3339Layout = "2006-01-02T15:04:05.999999999Z07:00";

extern const std::string_view kMonthNames[12];   // January first
extern const std::string_view kWeekdayNames[7];  // Sunday first

// The time as the clocks of its zone show it, in a layout of Go's package time: the reference time
// Mon Jan 2 15:04:05 MST 2006 written as the time is to be.
std::string formattedTime(const Time& time, std::string_view layout);

// A duration as Go prints it: 1h2m3.5s, 12ms, 1.2µs, 0s.
std::string durationText(std::int64_t nanoseconds);

}  // namespace orchestrator_exporter::text_template
