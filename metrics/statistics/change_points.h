#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace orchestrator_exporter::statistics {

// Page's cumulative sums (Biometrika 41, 1954), on both sides, of values that were brought to mean
// 0 and deviation 1: k = 0.5 is half the shift to be found, h = 8 gives a false alarm in 9,500
// independent normal values. NaN is passed over.
class Cusum {
 public:
  enum class Direction : std::uint8_t { kNone, kUp, kDown };

  // Whether this value ends a sum above h; both sums then begin again.
  Direction add(double standardized);
  double up() const { return up_; }
  double down() const { return down_; }

 private:
  double up_ = 0;
  double down_ = 0;
};

// A place where the level of a series changes.
struct ChangePoint {
  std::size_t at = 0;  // the first value of the new level
  double before = 0;   // the median of the part before it
  double after = 0;
  double p = 1;  // Mann-Whitney, the parts on both sides
};

// Binary segmentation: a part is cut where the cumulative sum of its distances from the mean is
// largest, as long as the two sides differ with p < 0.001 and by `leastShift` in their medians.
// Sides have 10 values at least. Ascending. NaN is left out of sums, but counted in `at`.
std::vector<ChangePoint> changePoints(std::span<const double> values, double leastShift);

}  // namespace orchestrator_exporter::statistics
