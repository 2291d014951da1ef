#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "metrics/pushed/kept_exemplar.h"
#include "metrics/pushed/point.h"
#include "metrics/sink.h"

namespace orchestrator_exporter {

// A histogram with the bounds of its sender; the terms are in number_cells.h. A point with other
// bounds begins the series from it.
class BucketCell {
 public:
  static constexpr MetricType kType = MetricType::kHistogram;
  static constexpr bool kDroppedAtOverflow = false;
  static constexpr bool kExpiresSoon = false;
  using Point = BucketsPoint;

  struct Memory {
    std::uint64_t count = 0;
    double sum = 0;
    std::unique_ptr<std::uint64_t[]> counts;  // as many as the series has buckets
    std::uint32_t layout = 0;                 // of the cell when they were taken
  };

  static std::uint64_t print(const Point& point);

  void set(const Point& point);
  Taken add(const Point& point);
  Taken grow(const Point& point, Memory& last, bool first);
  void withdraw(const Memory&) {}

  void give(FamilySink& sink, const SharedLabels& labels) const;

 private:
  bool hasBounds(const Point& point) const;
  void begin(const Point& point);
  void keep(const Point& point);

  std::uint64_t count_ = 0;
  double sum_ = 0;
  std::unique_ptr<double[]> bounds_;
  std::unique_ptr<std::uint64_t[]> counts_;               // one more than bounds
  std::uint32_t size_ = 0;                                // of bounds
  std::uint32_t layout_ = 0;                              // how often the bounds have changed
  std::unique_ptr<std::vector<KeptExemplar>> exemplars_;  // one for each count
};

}  // namespace orchestrator_exporter
