#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string_view>

#include "metrics/pushed/exponential_counts.h"
#include "metrics/pushed/kept_exemplar.h"
#include "metrics/pushed/point.h"
#include "metrics/sink.h"

namespace orchestrator_exporter {

// An exponential histogram; the terms are in number_cells.h. Shown as native buckets, and as
// classic ones of the powers of two that hold data for formats that have no others; these carry the
// exemplars of positive values, the last of each power.
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

  void give(FamilySink& sink, const SharedLabels& labels) const;

 private:
  using Exemplars = std::map<double, KeptExemplar>;  // by the power of two that they reach up to

  void keep(const Point& point);

  std::uint64_t count_ = 0;
  double sum_ = 0;
  ExponentialCounts counts_;
  std::unique_ptr<Exemplars> exemplars_;  // null while there are none
};

}  // namespace orchestrator_exporter
