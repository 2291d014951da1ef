#include "http/notify/pacing.h"

#include <algorithm>

namespace orchestrator_exporter::http::notify {

Pacing::Clock::time_point Pacing::earliest(Clock::time_point now) const {
  Clock::time_point at = std::max(now, pausedUntil_);
  for (const Rate& rate : rates_) {
    if (begun_.size() >= rate.count) {
      at = std::max(at, begun_[begun_.size() - rate.count] + rate.period);
    }
  }
  return at;
}

void Pacing::begin(Clock::time_point now) {
  std::size_t most = 0;
  for (const Rate& rate : rates_) most = std::max(most, rate.count);
  begun_.push_back(now);
  while (begun_.size() > most) begun_.pop_front();
}

std::chrono::milliseconds waitingTime(std::size_t triesBefore, double chance) {
  constexpr double kLongest = 60'000;
  constexpr double kSpread = 0.2;
  double wait = 1000;
  for (std::size_t i = 1; i < triesBefore && wait < kLongest; ++i) wait *= 2;
  wait = std::min(wait * (1 - kSpread + 2 * kSpread * chance), kLongest);
  return std::chrono::milliseconds(static_cast<std::int64_t>(wait));
}

}  // namespace orchestrator_exporter::http::notify
