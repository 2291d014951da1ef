#pragma once

#include <bit>
#include <cstdint>
#include <string_view>
#include <vector>

#include "metrics/base/string_hash.h"
#include "metrics/label_text.h"
#include "metrics/pushed/point.h"
#include "metrics/sink.h"

namespace orchestrator_exporter {

// A summary, whose quantiles cannot be added up: the latest point is shown. The terms are in
// number_cells.h.
class QuantileCell {
 public:
  static constexpr MetricType kType = MetricType::kSummary;
  static constexpr bool kDroppedAtOverflow = true;
  static constexpr bool kExpiresSoon = false;
  using Point = SummaryPoint;
  struct Memory {};

  static std::uint64_t print(const Point& point) {
    return mixWords(point.count, std::bit_cast<std::uint64_t>(point.sum));
  }

  void set(const Point& point) {
    quantiles_.assign(point.quantiles.begin(), point.quantiles.end());
    count_ = point.count;
    sum_ = point.sum;
  }
  Taken add(const Point& point) {
    set(point);
    return {};
  }
  Taken grow(const Point& point, Memory&, bool) { return add(point); }
  void withdraw(const Memory&) {}

  void give(FamilySink& sink, const SharedLabels& labels) const {
    const ParsedLabels parsed(labels.text());
    sink.summary({quantiles_, count_, sum_, labels.created()}, parsed.view());
  }

 private:
  std::vector<Quantile> quantiles_;
  std::uint64_t count_ = 0;
  double sum_ = 0;
};

}  // namespace orchestrator_exporter
