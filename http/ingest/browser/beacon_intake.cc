#include "http/ingest/browser/beacon_intake.h"

#include <chrono>
#include <utility>

namespace orchestrator_exporter::http::browser {

BeaconIntake::BeaconIntake(MetricsRegistry& registry, const FamilyOptions& options,
                           std::size_t maxPages, Sampled sampled)
    : families_(registry, options),
      sampled_(std::move(sampled)),
      pages_(maxPages, static_cast<std::uint32_t>(
                           std::chrono::ceil<std::chrono::seconds>(options.expireAfter).count())) {}

IngestStatistics::Points BeaconIntake::take(const Beacon& beacon, std::uint32_t now) {
  using enum BrowserFamilies::Reason;
  IngestStatistics::Points points{.rejected = beacon.unknown};
  std::uint64_t outOfRange = 0;
  {
    const std::lock_guard lock(mutex_);
    for (const Measurement& one : beacon.measurements) {
      if (!BrowserFamilies::isInRange(one)) {
        ++outOfRange;
        continue;
      }
      if (one.id != 0) {
        if (recent_.has(one.id)) {
          ++points.duplicate;
          continue;
        }
        recent_.add(one.id, now);
      }
      ++points.accepted;
      if (sampled_ && !sampled_(BrowserFamilies::familyOf(one.vital), one.value)) continue;
      families_.observe(one, pages_.nameOf(beacon.page, now), beacon);
    }
  }
  points.rejected += outOfRange;
  families_.countBeacon();
  families_.countDropped(kRange, outOfRange);
  families_.countDropped(kUnknown, beacon.unknown);
  families_.countDropped(kClient, beacon.lost);
  return points;
}

}  // namespace orchestrator_exporter::http::browser
