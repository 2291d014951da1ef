#pragma once

#include <string>

namespace orchestrator_exporter::rules {

// Numbers for people, as Prometheus' template functions of these names write them.

// With a prefix of powers of 1000: 1.235M, 123.4u.
std::string humanize(double value);
// With a prefix of powers of 1024: 1.5ki.
std::string humanize1024(double value);
// Seconds as 1d 1h 1m 1s, below a second as 1.23ms.
std::string humanizeDuration(double seconds);
// A ratio as 12.35%.
std::string humanizePercentage(double ratio);

}  // namespace orchestrator_exporter::rules
