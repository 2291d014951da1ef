#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "metrics/statistics/moments.h"

namespace orchestrator_exporter::statistics {

// Mean and deviation of the last values of a stream, up to a number of them, each step at constant
// cost on average: parts are only ever put together (see Moments::merge), never taken out again, so
// that no digits are lost however long it runs. NaN must not be added.
class SlidingMoments {
 public:
  explicit SlidingMoments(std::size_t most) : most_(most) {}

  void add(double value);
  std::size_t n() const { return older_.size() + newer_.size(); }
  Moments moments() const;

 private:
  void turnOver();

  std::size_t most_;
  // Of the older half: the moments of each value and those after it, the oldest last.
  std::vector<std::pair<double, double>> older_;  // mean, squares
  std::vector<double> newer_;
  Moments ofNewer_;
};

}  // namespace orchestrator_exporter::statistics
