#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "metrics/history/columns/varint.h"

namespace orchestrator_exporter::history {

// Expects the next of a row of whole numbers: either the one before again, or one as far from it as
// that was from its own. Takes what would have been nearer of late; a writer and a reader that take
// the same numbers expect the same.
class Predictor {
 public:
  void start(std::uint64_t first) { *this = Predictor(first); }

  Predictor() = default;

  std::uint64_t expected() const { return isOnSlope() ? last_ + step_ : last_; }
  // Whether it stands still: then it expects the last number, and taking that changes nothing.
  bool isLevel() const { return step_ == 0; }

  void take(std::uint64_t number) {
    const std::uint64_t step = number - last_;
    if ((step | step_) != 0) {
      levelCost_ = costAfter(levelCost_, step);
      slopeCost_ = costAfter(slopeCost_, step - step_);
    }
    last_ = number;
    step_ = step;
  }

  // As if it had taken what it expects so many times, once at least; returns how far these numbers
  // are apart. What is on a slope stays there as long as it is right.
  std::uint64_t takeExpected(std::size_t count) {
    if (!isOnSlope()) {
      take(last_);
      return 0;
    }
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint16_t levelCost = costAfter(levelCost_, step_);
      const std::uint16_t slopeCost = costAfter(slopeCost_, 0);
      if (levelCost == levelCost_ && slopeCost == slopeCost_) break;
      levelCost_ = levelCost;
      slopeCost_ = slopeCost;
    }
    last_ += step_ * count;
    return step_;
  }

 private:
  bool isOnSlope() const { return slopeCost_ < levelCost_; }

  explicit Predictor(std::uint64_t first) : last_(first) {}

  // A sum of bits in which each number counts 7/8 of the one after it.
  static std::uint16_t costAfter(std::uint16_t cost, std::uint64_t error) {
    return static_cast<std::uint16_t>(cost - cost / 8 + std::bit_width(zigzag(error)));
  }

  std::uint64_t last_ = 0;
  std::uint64_t step_ = 0;
  std::uint16_t levelCost_ = 0;
  std::uint16_t slopeCost_ = 0;
};

}  // namespace orchestrator_exporter::history
