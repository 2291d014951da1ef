#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "http/security/rate_limit.h"

namespace orchestrator_exporter::http::browser {

// How many beacons may come: 20 a second from one address, 1,000 from all. Of IPv6 the first 64
// bits count, which is what one subscriber has. Addresses are forgotten a second after their last
// beacon. Any thread may call it.
class AddressLimits {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  static constexpr RateLimit kOfOne{.interval = std::chrono::milliseconds(50), .burst = 20};
  static constexpr RateLimit kOfAll{.interval = std::chrono::milliseconds(1), .burst = 1'000};
  static constexpr std::size_t kMostAddresses = 4'096;

  // Whether one more may come now from a numeric address, or from a text that is none.
  bool allow(std::string_view address, TimePoint now);

 private:
  struct Sender {
    RateLimiter limiter{kOfOne};
    TimePoint last{};
  };

  std::mutex mutex_;
  RateLimiter all_{kOfAll};
  std::unordered_map<std::string, Sender> senders_;
};

}  // namespace orchestrator_exporter::http::browser
