#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "metrics/analysis/tracks.h"

namespace orchestrator_exporter::analysis {

// What is usual at one hour.
struct Cell {
  std::size_t n = 0;
  double median = 0;
  double mad = 0;  // not scaled
  double q05 = 0;
  double q25 = 0;
  double q75 = 0;
  double q95 = 0;

  friend bool operator==(const Cell&, const Cell&) = default;
};

// Seconds that local time is ahead of UTC at a time in ms. Called from any thread.
using Zone = std::function<std::int64_t(std::int64_t)>;
std::int64_t utc(std::int64_t time);        // 0
std::int64_t localZone(std::int64_t time);  // of this process (TZ, /etc/localtime)

// What is usual of a signal at each hour of the week. Weeks begin on Monday.
class Baseline {
 public:
  static constexpr std::size_t kHoursOfWeek = 168;
  static constexpr std::size_t kHoursOfDay = 24;
  static constexpr std::size_t kCells = kHoursOfWeek + kHoursOfDay + 1;  // and one of all
  static constexpr std::size_t kLeastValues = 12;                        // of a cell that counts
  static constexpr std::int64_t kSpan = std::int64_t{28} * 24 * 3600 * 1000;
  static constexpr std::int64_t kStep = 300'000;

  Baseline() = default;
  // Cells as they were kept, kCells of them: hours of the week, of the day, and all.
  explicit Baseline(std::vector<Cell> cells, Zone zone = utc);
  // Of the values, which are means of five minutes; those of which `leaveOut` says so do not count.
  explicit Baseline(
      const Track& track, Zone zone = utc,
      const std::function<bool(std::size_t)>& leaveOut = [](std::size_t) { return false; });

  // The hour's; with fewer than 12 values that of the hour of the day, then of all; null if there
  // are not as many at all.
  const Cell* at(std::int64_t time) const;
  const std::vector<Cell>& cells() const { return cells_; }
  bool empty() const { return cells_.empty() || cells_.back().n < kLeastValues; }

 private:
  std::vector<Cell> cells_;
  Zone zone_ = utc;
};

// 0..167 of a time in ms.
std::size_t hourOfWeek(std::int64_t time, const Zone& zone);

}  // namespace orchestrator_exporter::analysis
