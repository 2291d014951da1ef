#include "http/endpoints/negotiation.h"

#include <algorithm>
#include <vector>

#include "http/server/header_value.h"

namespace orchestrator_exporter::http {
namespace {

std::optional<Format> formatOf(const WeightedValue& range) {
  if (equalIgnoringCase(range.value, "text/plain")) {
    const std::string_view version = range.parameter("version", "0.0.4");
    if (version == "0.0.4") return Format::kText004;
    if (version == "1.0.0") return Format::kText100;
  } else if (equalIgnoringCase(range.value, "application/openmetrics-text")) {
    const std::string_view version = range.parameter("version", "0.0.1");
    if (version == "0.0.1") return Format::kOpenMetrics001;
    if (version == "1.0.0") return Format::kOpenMetrics100;
  } else if (equalIgnoringCase(range.value, "application/vnd.google.protobuf")) {
    if (range.parameter("proto", {}) == "io.prometheus.client.MetricFamily" &&
        range.parameter("encoding", {}) == "delimited") {
      return Format::kProtobuf;
    }
  }
  return std::nullopt;
}

// Prometheus 3.0 to 3.3 name a scheme on every range; 0.0.4 and 0.0.1 can spell legal names only.
Escaping escapingOf(const WeightedValue& range, Format format) {
  if (format == Format::kText004 || format == Format::kOpenMetrics001) {
    return Escaping::kUnderscores;
  }
  const std::string_view scheme = range.parameter("escaping", {});
  if (scheme == "allow-utf-8") return Escaping::kAllowUtf8;
  if (scheme == "dots") return Escaping::kDots;
  if (scheme == "values") return Escaping::kValues;
  return Escaping::kUnderscores;
}

bool contains(const std::vector<Format>& formats, Format format) {
  return std::find(formats.begin(), formats.end(), format) != formats.end();
}

// What a wildcard gets: the format that everybody can read, or the next one not ruled out.
std::optional<Format> formatOfWildcard(std::string_view range, const std::vector<Format>& never) {
  const bool any = range == "*/*";
  if (!any && !equalIgnoringCase(range, "text/*")) return std::nullopt;
  for (const Format format : {Format::kText004, Format::kText100}) {
    if (!contains(never, format)) return format;
  }
  for (const Format format : {Format::kOpenMetrics100, Format::kOpenMetrics001}) {
    if (any && !contains(never, format)) return format;
  }
  return std::nullopt;
}

}  // namespace

ExpositionOptions negotiate(std::optional<std::string_view> accept) {
  const auto ranges = parseWeightedList(accept.value_or("*/*"));
  std::vector<Format> never;
  for (const WeightedValue& range : ranges) {
    if (range.weight > 0) continue;
    if (const auto format = formatOf(range)) never.push_back(*format);
  }
  ExpositionOptions options;
  for (const WeightedValue& range : ranges) {
    if (range.weight == 0) break;
    auto format = formatOf(range);
    if (!format) format = formatOfWildcard(range.value, never);
    if (!format || contains(never, *format)) continue;
    options.format = *format;
    options.escaping = escapingOf(range, *format);
    break;
  }
  return options;
}

}  // namespace orchestrator_exporter::http
