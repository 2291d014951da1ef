#pragma once

#include <string_view>

#include "metrics/text_template/function.h"

// What templates can ask of times and durations (https://pkg.go.dev/time).
namespace orchestrator_exporter::text_template {

extern const IntegerType kDuration;  // nanoseconds
extern const IntegerType kMonth;     // January is 1
extern const IntegerType kWeekday;   // Sunday is 0

// The method of a time, a duration, a month or a weekday; null if the value has none of this name.
// The value is the first argument of its call; its parameters name the others. One without a call
// is a method that templates cannot use.
const Function* methodOf(const Value& self, std::string_view name);
// Why templates cannot use a method without a call, as Go says it.
std::string unusable(std::string_view method);

// Now less a time: what the template function `since` gives.
Value durationBetween(const Time& earlier, const Time& later);

}  // namespace orchestrator_exporter::text_template
