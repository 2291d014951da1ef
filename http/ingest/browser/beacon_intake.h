#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string_view>

#include "http/ingest/browser/beacon.h"
#include "http/ingest/browser/browser_families.h"
#include "http/ingest/browser/page_table.h"
#include "http/ingest/ingest_statistics.h"
#include "metrics/agents/recent_hashes.h"

namespace orchestrator_exporter::http::browser {

// Puts beacons into the families: each metric once, however often it is sent, under the name of its
// page or under `other`. Thread-safe.
class BeaconIntake {
 public:
  static constexpr std::size_t kRemembered = 65'536;  // ids of the last metrics, to find repeats

  // Whether a value of a family is recorded; called by several threads at once.
  using Sampled = std::function<bool(std::string_view family, double value)>;

  // `sampled` may be empty: all are. `maxPages`: so many pages get a name of their own. `options`:
  // of all families. Throws as BrowserFamilies.
  BeaconIntake(MetricsRegistry& registry, const FamilyOptions& options, std::size_t maxPages,
               Sampled sampled = {});

  // Says what became of the metrics. `now`: seconds of a monotonic clock.
  IngestStatistics::Points take(const Beacon& beacon, std::uint32_t now);

  const BrowserFamilies& families() const { return families_; }

 private:
  const BrowserFamilies families_;
  const Sampled sampled_;
  std::mutex mutex_;  // guards what follows
  PageTable pages_;
  RecentHashes recent_{kRemembered};
};

}  // namespace orchestrator_exporter::http::browser
