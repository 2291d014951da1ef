#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "metrics/pushed/exponential_counts.h"
#include "metrics/pushed/point.h"
#include "metrics/sink.h"

namespace orchestrator_exporter {

// An exponential histogram; the terms are in number_cells.h. Shown as native buckets, and as
// classic ones of the powers of two that hold data for formats that have no others.
class ExponentialCell {
 public:
  static constexpr MetricType kType = MetricType::kHistogram;
  static constexpr bool kDroppedAtOverflow = false;
  static constexpr bool kExpiresSoon = false;
  using Point = ExponentialPoint;

  struct Memory {
    std::uint64_t count = 0;
    double sum = 0;
    std::unique_ptr<ExponentialCounts> counts;
  };

  static std::uint64_t print(const Point& point);

  void set(const Point& point);
  Taken add(const Point& point);
  Taken grow(const Point& point, Memory& last, bool first);
  void withdraw(const Memory&) {}

  void give(FamilySink& sink, std::string_view labelText, double created) const;

 private:
  std::uint64_t count_ = 0;
  double sum_ = 0;
  ExponentialCounts counts_;
};

}  // namespace orchestrator_exporter
