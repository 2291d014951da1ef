#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <memory>
#include <string_view>

#include "metrics/base/string_hash.h"
#include "metrics/pushed/point.h"
#include "metrics/registry/cells.h"

namespace orchestrator_exporter {

// Observations of one value, so many times, for a summary with these settings, which must outlive
// the call.
struct ObservationPoint {
  double value = 0;
  std::uint64_t times = 1;
  const SummarySettings* settings = nullptr;
};

// A summary that is made here of single observations; the terms are in number_cells.h. All of its
// points are deltas, and the settings of the first count.
class ObservedSummaryCell {
 public:
  static constexpr MetricType kType = MetricType::kSummary;
  static constexpr bool kDroppedAtOverflow = true;
  static constexpr bool kExpiresSoon = false;
  using Point = ObservationPoint;
  struct Memory {};

  static std::uint64_t print(const Point& point) {
    return mixWords(std::bit_cast<std::uint64_t>(point.value), point.times);
  }

  void set(const Point& point) { add(point); }
  Taken add(const Point& point) {
    // Quantiles need no more of equal values.
    constexpr std::uint64_t kMostRepeated = 100;
    if (quantiles_ == nullptr) quantiles_ = std::make_unique<SummaryCell>(*point.settings);
    for (std::uint64_t i = 0; i < std::min(point.times, kMostRepeated); ++i) {
      quantiles_->summary.Observe(point.value);
    }
    count_ += point.times;
    const double sum = point.value * static_cast<double>(point.times);
    sum_ += sum;
    return {.value = sum, .count = point.times};
  }
  Taken grow(const Point& point, Memory&, bool) { return add(point); }
  void withdraw(const Memory&) {}

  void give(FamilySink& sink, const SharedLabels& labels) const;

 private:
  std::unique_ptr<SummaryCell> quantiles_;
  std::uint64_t count_ = 0;
  double sum_ = 0;
};

}  // namespace orchestrator_exporter
