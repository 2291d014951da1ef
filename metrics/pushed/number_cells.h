#pragma once

#include <bit>
#include <cstdint>
#include <memory>
#include <string_view>

#include "metrics/base/string_hash.h"
#include "metrics/pushed/kept_exemplar.h"
#include "metrics/pushed/point.h"
#include "metrics/sink.h"

namespace orchestrator_exporter {

// What is shown of a series of a StreamFamily, and what a stream of it must remember (Memory) so
// that its next cumulative point tells what is new. In the terms that all cells share:
//   set()      an instant takes the place of what was
//   add()      a delta
//   grow()     a cumulative point of a stream that was seen before, or not (`first`)
//   withdraw() the stream is gone, and its share with it where that makes sense
//   print()    a hash of the point's numbers, to find repeats
// A cumulative point below the one before is a restart: all of it is new.

// Monotonic sums.
class CountCell {
 public:
  static constexpr MetricType kType = MetricType::kCounter;
  static constexpr bool kDroppedAtOverflow = false;
  static constexpr bool kExpiresSoon = false;
  using Point = NumberPoint;
  using Memory = double;

  static std::uint64_t print(const Point& point) {
    return std::bit_cast<std::uint64_t>(point.value);
  }

  void set(const Point& point) { value_ = point.value; }
  Taken add(const Point& point) {
    value_ += point.value;
    keep(point);
    return {.value = point.value, .count = 0};
  }
  Taken grow(const Point& point, Memory& last, bool first) {
    const bool restarted = first || point.value < last;
    const double before = restarted ? 0 : last;
    // With one stream the series shows its very number, without an error of rounding.
    if (value_ == before) {
      value_ = point.value;
    } else {
      value_ += point.value - before;
    }
    last = point.value;
    keep(point);
    return {.value = point.value - before, .count = 0};
  }
  void withdraw(const Memory&) {}

  void give(FamilySink& sink, const SharedLabels& labels) const {
    sink.sharedSample(value_, labels, exemplar_ == nullptr ? nullptr : exemplar_->shown());
  }

 private:
  void keep(const Point& point) {
    if (point.exemplars.empty()) [[likely]]
      return;
    if (exemplar_ == nullptr) exemplar_ = std::make_unique<KeptExemplar>();
    exemplar_->keep(point.exemplars.back());
  }

  double value_ = 0;
  std::unique_ptr<KeptExemplar> exemplar_;
};

// Gauges, and sums that may fall, to which each stream brings its share.
class LevelCell {
 public:
  static constexpr MetricType kType = MetricType::kGauge;
  static constexpr bool kDroppedAtOverflow = true;
  static constexpr bool kExpiresSoon = true;
  using Point = NumberPoint;
  using Memory = double;

  static std::uint64_t print(const Point& point) {
    return std::bit_cast<std::uint64_t>(point.value);
  }

  void set(const Point& point) { value_ = point.value; }
  Taken add(const Point& point) {
    value_ += point.value;
    return {.value = point.value, .count = 0};
  }
  Taken grow(const Point& point, Memory& last, bool first) {
    const double before = first ? 0 : last;
    value_ = value_ == before ? point.value : value_ + (point.value - before);
    last = point.value;
    return {.value = point.value - before, .count = 0};
  }
  void withdraw(const Memory& last) { value_ -= last; }

  void give(FamilySink& sink, const SharedLabels& labels) const {
    sink.sharedSample(value_, labels, nullptr);
  }

 private:
  double value_ = 0;
};

}  // namespace orchestrator_exporter
