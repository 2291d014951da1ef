#include "http/notify/courier.h"

#include <algorithm>

namespace orchestrator_exporter::http::notify {

using notifications::Notification;

Courier::Courier(std::shared_ptr<Channel> channel, CourierEvents& events, WallClock clock)
    : channel_(std::move(channel)),
      events_(events),
      clock_(std::move(clock)),
      pacing_(channel_->rates()) {}

Courier::~Courier() { stop(); }

void Courier::send(Notification notification) {
  const std::lock_guard lock(mutex_);
  if (isStopped_) return;
  errands_[count_++] = {std::move(notification), Steady::now()};
  wakes_.notify_all();
  if (!thread_.joinable()) {
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  }
}

void Courier::stop() {
  {
    const std::lock_guard lock(mutex_);
    isStopped_ = true;
  }
  channel_->cancel();
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
}

void Courier::run(const std::stop_token& stop) {
  while (auto errand = takeNext(stop)) attempt(*std::move(errand));
}

// The first whose time has come, once the channel may be used.
std::optional<Courier::Errand> Courier::takeNext(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    const auto next = std::min_element(
        errands_.begin(), errands_.end(),
        [](const auto& a, const auto& b) { return a.second.next < b.second.next; });
    if (next == errands_.end()) {
      wakes_.wait(lock, stop, [this] { return !errands_.empty(); });
      continue;
    }
    const auto due = std::max(next->second.next, pacing_.earliest(Steady::now()));
    if (due <= Steady::now()) {
      Errand errand = std::move(next->second);
      errands_.erase(next);
      return errand;
    }
    const std::uint64_t known = count_;
    wakes_.wait_until(lock, stop, due, [&] { return count_ != known; });
  }
  return std::nullopt;
}

void Courier::attempt(Errand errand) {
  if (!events_.begin(errand.notification)) return;
  pacing_.begin(Steady::now());
  ++errand.tries;
  const Outcome outcome = channel_->send(errand.notification);
  {
    // What was cut off is sent after the next start.
    const std::lock_guard lock(mutex_);
    if (isStopped_ && outcome.kind != Outcome::Kind::kSent) return;
  }
  if (outcome.pause) pacing_.pauseUntil(Steady::now() + *outcome.pause);
  const double chance = std::uniform_real_distribution<>()(random_);
  const auto wait = outcome.pause.value_or(waitingTime(errand.tries, chance));
  const bool isInTime = clock_() + wait.count() <= errand.notification.giveUpAt;
  if (outcome.kind == Outcome::Kind::kAgain && isInTime) {
    if (!events_.comesBack(errand.notification, outcome)) return;
    errand.next = Steady::now() + wait;
    const std::lock_guard lock(mutex_);
    errands_[count_++] = std::move(errand);
    return;
  }
  const std::chrono::milliseconds took(clock_() - errand.notification.at);
  events_.done(errand.notification, {outcome, errand.tries, took});
}

}  // namespace orchestrator_exporter::http::notify
