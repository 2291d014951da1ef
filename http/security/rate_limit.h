#pragma once

#include <chrono>
#include <cstdint>

namespace orchestrator_exporter::http {

struct RateLimit {
  std::chrono::nanoseconds interval{0};  // between two requests in the long run; 0: no limit
  std::int64_t burst = 0;                // how many may come at once after a rest

  bool operator==(const RateLimit&) const = default;
};

// A token bucket: full at first with `burst` tokens, one more each interval up to that many, and
// each request takes one. With an interval and a burst of 0 every request is refused. Not
// thread-safe.
class RateLimiter {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  explicit RateLimiter(RateLimit limit);

  // Whether a request may pass now; takes its token if so. Time that goes backwards counts as none.
  bool allow(TimePoint now);

  // How long after a refusal at `now` the next request will pass, if no other comes first; an
  // interval if none ever will.
  std::chrono::nanoseconds untilNext(TimePoint now) const;

 private:
  std::chrono::nanoseconds savedAt(TimePoint now) const;

  RateLimit limit_;
  // Tokens are kept as the time that they took to grow, so that nothing is lost in fractions.
  std::chrono::nanoseconds most_;
  std::chrono::nanoseconds saved_;
  TimePoint last_{};
};

}  // namespace orchestrator_exporter::http
