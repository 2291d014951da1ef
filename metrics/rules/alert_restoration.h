#pragma once

#include <map>
#include <string>
#include <string_view>

#include "metrics/history.h"
#include "metrics/rules/alert.h"

namespace orchestrator_exporter::rules {

// The series that tell since when alerts are active, in whole seconds.
inline constexpr std::string_view kSinceSeries = "ALERTS_FOR_STATE";

// What the history last had of an alert: since when it was active, and when that was written.
struct KeptAlert {
  Time activeAt = 0;
  Time writtenAt = 0;
};

// By the labels of the alert; those that had ended are left out.
std::map<LabelSet, KeptAlert> sinceWhen(const History& history, const std::string& alertName,
                                        Time from, Time until);

struct RestorationTime {
  Time now = 0;
  Milliseconds holdFor{0};
  Milliseconds gracePeriod{0};
};

// Since when the alert counts as active after a restart: the time without evaluations is not time
// for which it was known to last, and it does not fire before the grace period has passed.
Time restoredStart(const KeptAlert& kept, const RestorationTime& at);

}  // namespace orchestrator_exporter::rules
