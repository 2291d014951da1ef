#pragma once

#include <string>
#include <string_view>

#include "http/ingest/otlp/decoding/data.h"

namespace orchestrator_exporter::http::otlp {

// How Prometheus names what OpenTelemetry calls `head.name` ("OTLP to Prometheus", with suffixes):
// claude_code.cost.usage in USD, a monotonic sum, is claude_code_cost_usage_USD_total. Empty for a
// name without a letter or digit.
struct PrometheusName {
  std::string name;
  std::string unit;  // as in FamilyHead
};
PrometheusName prometheusName(const MetricHead& head);

// The name of the label for an attribute: characters that no label has become underscores, runs of
// them one. Empty if nothing is left.
std::string labelName(std::string_view attribute);

}  // namespace orchestrator_exporter::http::otlp
