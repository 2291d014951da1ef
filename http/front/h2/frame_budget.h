#pragma once

#include <algorithm>
#include <chrono>

namespace orchestrator_exporter::http::h2 {

// How many frames that bring no data a peer may send: SETTINGS, PING, RST_STREAM, empty DATA and
// the like cost it nothing and us an answer. A proper client needs a few for each call.
class FrameBudget {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit FrameBudget(Time now) : since_(now) {}

  // False if the peer has sent too many.
  bool spend(Time now) {
    const std::chrono::duration<double> passed = now - since_;
    since_ = now;
    left_ = std::min(kMost, left_ + passed.count() * kPerSecond) - 1;
    return left_ >= 0;
  }
  // The answer of a call was sent.
  void earn() { left_ = std::min(kMost, left_ + kPerCall); }

 private:
  static constexpr double kMost = 1'000;
  static constexpr double kPerSecond = 100;
  static constexpr double kPerCall = 5;

  Time since_;
  double left_ = kMost;
};

}  // namespace orchestrator_exporter::http::h2
