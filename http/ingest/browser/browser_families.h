#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "http/ingest/browser/beacon.h"
#include "metrics/registry/metrics_registry.h"

namespace orchestrator_exporter::http::browser {

// What browsers measured, in the families browser_*. Thread-safe.
class BrowserFamilies {
 public:
  // Why metrics are not in the families, in the words of the label `reason`.
  enum class Reason : std::uint8_t { kRange, kBot, kRate, kUnknown, kClient };

  // `options`: of all of them. Throws std::invalid_argument if the registry has other families of
  // these names.
  BrowserFamilies(MetricsRegistry& registry, const FamilyOptions& options);

  // The name of the family that has it.
  static std::string_view familyOf(Vital vital);
  // Whether the value is one that a page can have: from 0 to a minute, of some less.
  static bool isInRange(const Measurement& measurement);
  // Observes what isInRange(), under this name of the page and the other words of the beacon.
  void observe(const Measurement& measurement, std::string_view page, const Beacon& beacon) const;
  void countBeacon() const { beacons_.with({}).add(); }
  // Nothing if there are 0 of them.
  void countDropped(Reason reason, std::uint64_t metrics) const;

  // Series of all of them.
  std::size_t size() const;

 private:
  const Histograms pageLoad_;                // page, browser, device
  const Histograms firstContentfulPaint_;    // page, viewport
  const Histograms largestContentfulPaint_;  // page, device
  const Histograms interactionToNextPaint_;  // page, device
  const Histograms timeToFirstByte_;         // page
  const Histograms cumulativeLayoutShift_;   // page
  const Counters beacons_;
  const Counters dropped_;  // reason
};

}  // namespace orchestrator_exporter::http::browser
