#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace orchestrator_exporter::analysis {

enum class Better : std::uint8_t { kNone, kLower, kHigher };

// A quantity that is watched: an expression with what it means.
struct Signal {
  std::string name = {};
  std::string expression = {};  // PromQL; aliases may stand in it
  std::string unit = {};
  Better better = Better::kNone;
  double leastChange = 0;  // what a person cares about, in the unit
  double leastShare = 0;   // the same as a share of the median; the larger counts
  double lowest = -std::numeric_limits<double>::infinity();  // that the quantity can be
  double highest = std::numeric_limits<double>::infinity();
  double limit = std::numeric_limits<double>::quiet_NaN();  // that must not be crossed, if any

  // The least change that counts where the median is this.
  double leastChangeAt(double median) const;
};

// system.cpuUsage and its like: the aliases, in the order of the documentation.
const std::vector<Signal>& builtInSignals();

// What rules record as signal:monitored:value, each series a signal of its own.
inline constexpr std::string_view kRecordedSignals = "signal:monitored:value";
Signal recordedSignals();

// An alias, or any expression, as a signal: its own settings, or none.
Signal signalOf(std::string_view nameOrExpression);

// The text with each alias replaced by its expression in parentheses, and each recorded rule that
// signals and detectors build on by `(rule or what it records)`, so that rules need not run. What
// stands in quotes or between braces, and what is no alias, stays.
std::string withAliases(std::string_view expression);
std::string withRules(std::string_view expression);

}  // namespace orchestrator_exporter::analysis
