#include "metrics/analysis/baselines.h"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <utility>

#include "metrics/statistics/quantiles.h"

namespace orchestrator_exporter::analysis {

namespace {

Cell cellOf(std::vector<double>& values) {
  std::sort(values.begin(), values.end());
  const auto at = [&](double p) { return statistics::quantileOfSorted(values, p); };
  return {values.size(), at(0.5), statistics::medianAbsoluteDeviation(values), at(0.05), at(0.25),
          at(0.75),      at(0.95)};
}

}  // namespace

std::int64_t utc(std::int64_t) { return 0; }

std::int64_t localZone(std::int64_t time) {
  const std::time_t seconds = time / 1000;
  std::tm parts{};
  return ::localtime_r(&seconds, &parts) == nullptr ? 0 : parts.tm_gmtoff;
}

std::size_t hourOfWeek(std::int64_t time, const Zone& zone) {
  constexpr std::int64_t kHour = 3600;
  constexpr std::int64_t kFirstMonday = 4 * 24;  // hours from 1970-01-01, a Thursday
  const std::int64_t seconds = (time >= 0 ? time : time - 999) / 1000 + zone(time);
  const std::int64_t hour = (seconds >= 0 ? seconds : seconds - kHour + 1) / kHour - kFirstMonday;
  constexpr auto kWeek = static_cast<std::int64_t>(Baseline::kHoursOfWeek);
  return static_cast<std::size_t>((hour % kWeek + kWeek) % kWeek);
}

Baseline::Baseline(std::vector<Cell> cells, Zone zone)
    : cells_(std::move(cells)), zone_(std::move(zone)) {
  if (cells_.size() != kCells) cells_.clear();
}

Baseline::Baseline(const Track& track, Zone zone, const std::function<bool(std::size_t)>& leaveOut)
    : zone_(std::move(zone)) {
  std::vector<std::vector<double>> values(kCells);
  for (std::size_t i = 0; i < track.times.size(); ++i) {
    if (std::isnan(track.values[i]) || leaveOut(i)) continue;
    const std::size_t hour = hourOfWeek(track.times[i], zone_);
    values[hour].push_back(track.values[i]);
    values[kHoursOfWeek + hour % kHoursOfDay].push_back(track.values[i]);
    values.back().push_back(track.values[i]);
  }
  cells_.reserve(kCells);
  for (auto& own : values) cells_.push_back(cellOf(own));
}

const Cell* Baseline::at(std::int64_t time) const {
  if (cells_.empty()) return nullptr;
  const std::size_t hour = hourOfWeek(time, zone_);
  for (const std::size_t place : {hour, kHoursOfWeek + hour % kHoursOfDay, kCells - 1}) {
    if (cells_[place].n >= kLeastValues) return &cells_[place];
  }
  return nullptr;
}

}  // namespace orchestrator_exporter::analysis
