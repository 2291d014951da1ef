#include "http/security/rate_limit.h"

#include <algorithm>

namespace orchestrator_exporter::http {
namespace {

using std::chrono::nanoseconds;

// How long a bucket takes to fill, at most what can be counted.
nanoseconds timeToFill(const RateLimit& limit) {
  if (limit.interval.count() == 0) return nanoseconds(0);
  const std::int64_t most = nanoseconds::max() / limit.interval;
  return limit.burst > most ? nanoseconds::max() : limit.interval * limit.burst;
}

}  // namespace

RateLimiter::RateLimiter(RateLimit limit)
    : limit_(limit), most_(timeToFill(limit)), saved_(most_) {}

bool RateLimiter::allow(TimePoint now) {
  if (limit_.interval.count() == 0) return true;
  saved_ = savedAt(now);
  last_ = std::max(last_, now);
  if (saved_ < limit_.interval) return false;
  saved_ -= limit_.interval;
  return true;
}

nanoseconds RateLimiter::untilNext(TimePoint now) const {
  if (most_ < limit_.interval) return limit_.interval;
  return std::max(limit_.interval - savedAt(now), nanoseconds(0));
}

nanoseconds RateLimiter::savedAt(TimePoint now) const {
  const nanoseconds passed = std::max<nanoseconds>(now - last_, nanoseconds(0));
  return passed >= most_ - saved_ ? most_ : saved_ + passed;
}

}  // namespace orchestrator_exporter::http
