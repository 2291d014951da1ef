#pragma once

#include <string_view>

#include "http/ingest/otlp/decoding/data.h"

namespace orchestrator_exporter::http::otlp {

// Why points of this metric are refused, whatever they are; empty if they are not.
std::string_view faultOf(const MetricHead& head);

// Why a point is refused; empty if it is not. `now`: nanoseconds since the Unix epoch.
std::string_view faultOf(const MetricHead& head, const MetricPoint& point, std::uint64_t now);

}  // namespace orchestrator_exporter::http::otlp
