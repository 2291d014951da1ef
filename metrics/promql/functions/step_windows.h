#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace orchestrator_exporter::promql {

// The windows that a range function looks at, one for each step: the samples later than an end less
// the range, and not later than the end. In milliseconds; the ends never fall.
struct StepWindows {
  std::span<const std::int64_t> ends;
  std::int64_t range = 0;
};

// The samples of one series that are numbers; times ascend.
struct NumberSamples {
  std::span<const std::int64_t> times;
  std::span<const double> values;
};

// The samples in a window that moves on with the steps.
class MovingWindow {
 public:
  explicit MovingWindow(std::span<const std::int64_t> times) : times_(times) {}

  void move(std::int64_t after, std::int64_t until) {
    while (behind_ < times_.size() && times_[behind_] <= until) ++behind_;
    while (first_ < behind_ && times_[first_] <= after) ++first_;
  }
  std::size_t first() const { return first_; }
  std::size_t behind() const { return behind_; }
  std::size_t size() const { return behind_ - first_; }
  bool empty() const { return first_ == behind_; }
  template <class Value>
  std::span<const Value> of(std::span<const Value> column) const {
    return column.subspan(first_, behind_ - first_);
  }

 private:
  std::span<const std::int64_t> times_;
  std::size_t first_ = 0;   // sample in the window
  std::size_t behind_ = 0;  // the last one
};

// Where a counter of numbers fell, and where in a window.
class WindowDrops {
 public:
  WindowDrops() = default;
  explicit WindowDrops(std::span<const double> values) {
    for (std::size_t i = 1; i < values.size(); ++i) {
      if (values[i] < values[i - 1]) all_.push_back(static_cast<std::uint32_t>(i));
    }
  }

  // Among the samples from `first` to `behind`, counted from the first. Valid until the next call.
  std::span<const std::uint32_t> in(std::size_t first, std::size_t behind) {
    if (all_.empty()) return {};
    found_.clear();
    for (auto at = std::upper_bound(all_.begin(), all_.end(), first);
         at != all_.end() && *at < behind; ++at) {
      found_.push_back(*at - static_cast<std::uint32_t>(first));
    }
    return found_;
  }

 private:
  std::vector<std::uint32_t> all_;
  std::vector<std::uint32_t> found_;
};

// What a range function makes of all windows of one series after the other.
class OverSteps {
 public:
  virtual ~OverSteps() = default;
  // The values at all steps, into a column of absent ones. Returns how many samples it saw, over
  // all steps.
  virtual std::uint64_t walk(const NumberSamples& samples, std::span<double> points) = 0;
};

}  // namespace orchestrator_exporter::promql
