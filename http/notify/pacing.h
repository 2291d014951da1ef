#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <deque>
#include <vector>

#include "http/notify/channel.h"

namespace orchestrator_exporter::http::notify {

// When the next request to a receiver may go out, by its rates and by what it asked for. Knows no
// clock: times are given to it.
class Pacing {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Pacing(std::vector<Rate> rates) : rates_(std::move(rates)) {}

  // The earliest time, `now` at least.
  Clock::time_point earliest(Clock::time_point now) const;
  // A request goes out.
  void begin(Clock::time_point now);
  // The receiver wants to be left alone until then.
  void pauseUntil(Clock::time_point time) { pausedUntil_ = std::max(pausedUntil_, time); }

 private:
  const std::vector<Rate> rates_;
  std::deque<Clock::time_point> begun_;  // the newest last, as many as the rates look at
  Clock::time_point pausedUntil_{};
};

// How long to wait before a try: a second after the first one, then twice as long each time, up to
// a minute; `chance` from 0 to 1 makes it a fifth shorter to a fifth longer.
std::chrono::milliseconds waitingTime(std::size_t triesBefore, double chance);

}  // namespace orchestrator_exporter::http::notify
