#pragma once

#include <cmath>
#include <optional>
#include <string>
#include <string_view>

#include "http/ingest/statsd/line.h"
#include "metrics/base/utf8.h"

namespace orchestrator_exporter::http::statsd::test {

// What must hold of any line: which promise of line.h it breaks, if it does. Bits of `styles` turn
// tagging styles on.
inline std::optional<std::string> brokenPromise(std::string_view text, unsigned styles) {
  LineParser parser({.dogStatsd = (styles & 1U) != 0,
                     .influxDb = (styles & 2U) != 0,
                     .librato = (styles & 4U) != 0,
                     .signalFx = (styles & 8U) != 0});
  const Line& line = parser.parse(text);
  if (line.samples.size() > line.received) return "more samples than were received";
  if (!line.samples.empty() && line.name.empty()) return "a sample without a name";
  for (const Tag& tag : line.tags) {
    if (tag.name.empty() || tag.value.empty()) return "a tag without a name or a value";
    if (!isUtf8(tag.name) || !isUtf8(tag.value)) return "a tag that is not UTF-8";
  }
  for (const Sample& sample : line.samples) {
    if (!(sample.rate > 0 && sample.rate <= 1)) return "a rate that cannot be";
    const bool mayBeInfinite = sample.type == SampleType::kGauge && !sample.relative;
    if (!mayBeInfinite && !std::isfinite(sample.value)) return "a value that is not finite";
  }
  return std::nullopt;
}

}  // namespace orchestrator_exporter::http::statsd::test
