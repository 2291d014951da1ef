#pragma once

#include <string>

#include "metrics/rules/alert.h"

namespace orchestrator_exporter::rules {

// As RFC 3339 has it, in UTC, without zeros at the end of the fraction: 2026-11-29T08:03:02.12Z.
std::string rfc3339(Time time);

// What Prometheus and Alertmanager write for a time that is not known.
inline constexpr const char* kNoTime = "0001-01-01T00:00:00Z";

}  // namespace orchestrator_exporter::rules
