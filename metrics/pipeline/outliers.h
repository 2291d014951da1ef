#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <utility>

#include "metrics/pipeline/processor.h"

namespace orchestrator_exporter::pipeline {

// The values that are usual for one series, of the trailing hour.
class UsualValues {
 public:
  struct Range {
    double least = 0;
    double most = 0;
  };

  // Of the values before, those within the hour; nullopt as long as there are fewer than twenty, or
  // if they are all the same.
  //  mad: the median and 3.5 deviations, estimated from the median absolute deviation, around it
  //  (Iglewicz and Hoaglin, 1993); iqr: the quartiles and 1.5 times their distance beyond them
  //  (Tukey); zscore: the mean and 3 standard deviations around it.
  std::optional<Range> range(OutlierMethod method) const;
  void add(double value, Time time);
  Time newest() const { return values_.empty() ? Time() : values_.back().first; }

 private:
  static constexpr std::chrono::hours kKept{1};
  static constexpr std::size_t kLeast = 20;

  std::deque<std::pair<Time, double>> values_;
};

}  // namespace orchestrator_exporter::pipeline
