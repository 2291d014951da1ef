#pragma once

#include <cmath>
#include <optional>
#include <string>
#include <string_view>

#include "http/ingest/browser/beacon.h"
#include "http/ingest/browser/page_label.h"
#include "metrics/base/errors.h"
#include "metrics/base/utf8.h"

namespace orchestrator_exporter::http::browser::test {

// What must hold of any bytes: which promise of beacon.h it breaks, if it does.
inline std::optional<std::string> brokenPromise(std::string_view text) {
  Beacon beacon;
  try {
    beacon = decodeBeacon(text);
  } catch (const ParseError&) {
    return std::nullopt;
  }
  if (!beacon.page.starts_with('/')) return "a page without a slash";
  if (!isUtf8(beacon.page)) return "a page that is not UTF-8";
  if (pageLabel(beacon.page) != beacon.page) return "a page whose name has another name";
  if (beacon.lost > kMostLost) return "more was lost than can be";
  if (beacon.metrics() > text.size()) return "more metrics than bytes";
  for (const Measurement& one : beacon.measurements) {
    if (!std::isfinite(one.value)) return "a value that is not finite";
  }
  return std::nullopt;
}

}  // namespace orchestrator_exporter::http::browser::test
