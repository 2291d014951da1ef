#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "http/ingest/statsd/name_template.h"
#include "metrics/registry/cells.h"

namespace re2 {
class RE2;
}

namespace orchestrator_exporter::http::statsd {

// What mappings tell apart: timers and distributions are observed, sets are gauges.
enum class MetricKind : std::uint8_t { kCounter, kGauge, kObserver };
inline constexpr std::size_t kMetricKinds = 3;

enum class ObserverType : std::uint8_t { kHistogram, kSummary };

// How observations become a family.
struct ObserverOptions {
  ObserverType type = ObserverType::kHistogram;
  std::vector<double> buckets;  // ascending and finite
  double nativeFactor = 0;      // of exponential buckets; above 1, or 0: none
  SummarySettings summary;
};

// With bounds from 5 ms to 10 s, and quantiles .5, .9 and .99 of ten minutes.
ObserverOptions defaultObserver();

// One entry of the mapping file.
struct Mapping {
  std::string match;
  std::shared_ptr<const re2::RE2> pattern = {};  // null: match is a glob
  std::optional<MetricKind> kind = {};           // the only one that it is for
  bool drop = false;
  NameTemplate name;
  std::vector<std::pair<std::string, NameTemplate>> labels;  // by name
  std::string help;
  ObserverOptions observer;
  std::chrono::seconds ttl{0};  // 0: as the limits have it
  bool honorLabels = false;     // tags win over labels of the mapping
  double scale = 1;
};

struct Mappings {
  std::vector<Mapping> all;                      // in the order of the file
  bool mostSpecificGlob = false;                 // instead of the first that fits
  ObserverOptions observer = defaultObserver();  // of what no mapping names
  std::chrono::seconds ttl{0};
};

}  // namespace orchestrator_exporter::http::statsd
