#include "metrics/readings.h"

#include <algorithm>
#include <exception>
#include <utility>

namespace orchestrator_exporter {

// Snapshots that nobody holds any more, so that their memory serves the next reading.
class Readings::Pool : public std::enable_shared_from_this<Pool> {
 public:
  std::shared_ptr<Snapshot> take() {
    std::unique_ptr<Snapshot> snapshot;
    {
      const std::lock_guard lock(mutex_);
      if (!free_.empty()) {
        snapshot = std::move(free_.back());
        free_.pop_back();
      }
    }
    if (snapshot == nullptr) snapshot = std::make_unique<Snapshot>();
    return {snapshot.release(), [pool = shared_from_this()](Snapshot* back) { pool->give(back); }};
  }

 private:
  // As many as are alive in the usual course: a reading, and what was made of it.
  static constexpr std::size_t kMost = 2;

  void give(Snapshot* back) {
    std::unique_ptr<Snapshot> snapshot(back);
    snapshot->clear();
    const std::lock_guard lock(mutex_);
    if (free_.size() < kMost) free_.push_back(std::move(snapshot));
  }

  std::mutex mutex_;
  std::vector<std::unique_ptr<Snapshot>> free_;
};

// The right to fill the next kept reading; one at a time has it.
class Readings::Claim {
 public:
  explicit Claim(std::atomic<bool>& filling) : filling_(filling), held_(!filling.exchange(true)) {}
  ~Claim() {
    if (held_) filling_.store(false);
  }
  Claim(const Claim&) = delete;
  Claim& operator=(const Claim&) = delete;
  explicit operator bool() const { return held_; }

 private:
  std::atomic<bool>& filling_;
  const bool held_;
};

Readings::Readings() : Readings(Config{}) {}
Readings::Readings(Config config) : config_(std::move(config)), pool_(std::make_shared<Pool>()) {}
Readings::~Readings() { stop(); }

void Readings::add(PartedSource source) { sources_.push_back(std::move(source)); }

void Readings::add(Source& source, WhenParted withParts) {
  add([&source, withParts](const Wanted& wanted, Sink& out) {
    if (withParts == WhenParted::kGiven || wanted.everything()) source.collect(out);
  });
}

void Readings::listen(Listener listener, WhenWatched watched) {
  listeners_.push_back({std::move(listener), watched});
}

void Readings::setInterval(std::chrono::milliseconds interval) {
  const std::lock_guard lock(mutex_);
  config_.interval = interval;
  wake();
}

void Readings::setProcessing(std::shared_ptr<const Processing> processing) {
  const std::lock_guard lock(mutex_);
  processing_ = std::move(processing);
}

void Readings::setPhase(std::chrono::milliseconds phase) {
  const std::lock_guard lock(mutex_);
  phase_ = phase;
  wake();
}

std::chrono::milliseconds Readings::interval() const {
  const std::lock_guard lock(mutex_);
  return config_.interval;
}

void Readings::watched(int by) {
  const std::lock_guard lock(mutex_);
  watching_ += by;
  wake();
}

void Readings::wake() {
  woken_ = true;
  if (alarm_) alarm_->set(Duration::zero());
}

Readings::Duration Readings::pace() const {
  constexpr std::chrono::milliseconds kWatched(1000);
  return watching_ > 0 ? std::min(config_.interval, kWatched) : config_.interval;
}

bool Readings::isDue(Time now) {
  const std::lock_guard lock(mutex_);
  const auto before = std::exchange(lastScrape_, now);
  if (!beating_) return false;
  if (!lastBegan_) return true;
  // A scrape at the interval's own pace comes now and then a little early.
  const auto isAtPace = [pace = pace()](Duration since) { return since >= pace * 9 / 10; };
  if (isAtPace(now - *lastBegan_)) return true;
  // Such scrapes take the readings over, at whatever time of the interval they come: else the beat
  // would read by itself all that the next scrape reads again.
  const bool isRegular = before && isAtPace(now - *before) && now - *before <= pace() * 11 / 10;
  return isRegular && !lastWasScrape_ && now - *lastBegan_ >= pace() / 100;
}

void Readings::give(const Wanted& wanted, Sink& out) {
  for (const PartedSource& source : sources_) source(wanted, out);
}

void Readings::read(const Wanted& wanted, Sink& out, HandsOn who) {
  if (listeners_.empty() || !wanted.everything()) return give(wanted, out);
  if (!isDue(config_.steadyClock())) return give(wanted, out);
  const Claim claim(filling_);
  if (!claim) return give(wanted, out);
  const Time began = config_.steadyClock();
  const auto snapshot = begin();
  try {
    give(wanted, *snapshot);
  } catch (...) {
    snapshot->replay(out);
    throw;
  }
  finish(*snapshot, began);
  snapshot->replay(out);
  // As many as take a fraction of a millisecond.
  constexpr std::size_t kFew = 4096;
  keep(snapshot, began, true, snapshot->size() <= kFew ? who : HandsOn::kThread);
}

std::shared_ptr<Snapshot> Readings::begin() {
  auto snapshot = pool_->take();
  snapshot->time = config_.wallClock();
  return snapshot;
}

void Readings::finish(Snapshot& snapshot, Time began) const {
  snapshot.took = config_.steadyClock() - began;
}

void Readings::keep(std::shared_ptr<Snapshot> snapshot, Time began, bool byScrape, HandsOn who) {
  const std::lock_guard lock(mutex_);
  // The beat goes on at its own pace while readings come faster.
  const Duration tolerance = pace() / 2;
  const bool isBeat = !lastBeat_ || began - *lastBeat_ + tolerance >= config_.interval;
  if (isBeat) lastBeat_ = began;
  lastBegan_ = began;
  lastWasScrape_ = byScrape;
  isCallers_ = who == HandsOn::kCaller;
  if (snapshot != nullptr) kept_.push_back({std::move(snapshot), isBeat});
  if (!byScrape) return;
  if (who == HandsOn::kThread) {
    wake();
  } else if (alarm_ && !woken_) {
    alarm_->set(untilDue(config_.steadyClock()));
  }
}

void Readings::start() {
  if (listeners_.empty() || thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    alarm_.emplace();
  }
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void Readings::stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  {
    const std::lock_guard lock(mutex_);
    wake();
  }
  thread_.join();
  {
    const std::lock_guard lock(mutex_);
    beating_ = false;
    alarm_.reset();
  }
  handAllOn();
}

void Readings::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto sleep = beat();
    {
      const std::lock_guard lock(mutex_);
      if (std::exchange(woken_, false)) continue;
      alarm_->set(sleep);
    }
    alarm_->wait();
    const std::lock_guard lock(mutex_);
    woken_ = false;
  }
}

std::chrono::steady_clock::duration Readings::beat() {
  {
    const std::lock_guard lock(mutex_);
    beating_ = true;
  }
  handAllOn();
  if (untilDue() <= Duration::zero() && !makeOwn()) {
    return interval();  // a scrape is at it
  }
  handAllOn();
  const Duration until = untilDue();
  const std::lock_guard lock(mutex_);
  return std::max<Duration>(until, pace() / 10);
}

Readings::Duration Readings::untilDue() const {
  const Time now = config_.steadyClock();
  const std::lock_guard lock(mutex_);
  return untilDue(now);
}

Readings::Duration Readings::untilDue(Time now) const {
  if (!lastBegan_) return Duration::zero();
  if (phase_ && !lastWasScrape_ && watching_ == 0) return untilAligned(now - *lastBegan_);
  // If a scrape made the last one, the next scrape is about as far off: it goes first.
  return *lastBegan_ + pace() * (lastWasScrape_ ? 11 : 10) / 10 - now;
}

// The first time of the phase that is at least half an interval later than the last reading; with
// mutex_ held.
Readings::Duration Readings::untilAligned(Duration sinceLast) const {
  const Duration interval = config_.interval;
  const auto now = std::chrono::duration_cast<Duration>(config_.wallClock().time_since_epoch());
  const Duration earliest = now - sinceLast + interval / 2;
  const Duration phase = *phase_ % config_.interval;
  Duration beyond = (earliest - phase) % interval;
  if (beyond < Duration::zero()) beyond += interval;
  const Duration wait = beyond == Duration::zero() ? beyond : interval - beyond;
  return earliest + wait - now;
}

bool Readings::makeOwn() {
  const Claim claim(filling_);
  if (!claim) return false;
  const Time began = config_.steadyClock();
  auto snapshot = begin();
  try {
    give({}, *snapshot);
    finish(*snapshot, began);
  } catch (const std::exception& error) {
    config_.failed(error.what());
    snapshot = nullptr;  // a gap; the next one is made an interval later
  }
  keep(std::move(snapshot), began, false, HandsOn::kThread);
  return true;
}

std::shared_ptr<Snapshot> Readings::processed(const std::shared_ptr<Snapshot>& reading) {
  std::shared_ptr<const Processing> processing;
  {
    const std::lock_guard lock(mutex_);
    processing = processing_;
  }
  if (processing == nullptr) return reading;
  auto result = pool_->take();
  result->time = reading->time;
  result->took = reading->took;
  (*processing)(reading, *result);
  return result;
}

void Readings::handOn() {
  {
    const std::lock_guard lock(mutex_);
    if (!isCallers_) return;
  }
  handAllOn();
}

void Readings::handAllOn() {
  const std::lock_guard handing(handing_);
  std::vector<Kept> kept;
  {
    const std::lock_guard lock(mutex_);
    kept.swap(kept_);
    isCallers_ = false;
  }
  for (const auto& [reading, isBeat] : kept) {
    const std::shared_ptr<Snapshot> snapshot = processed(reading);
    snapshot->findLayout();
    for (const auto& [listener, watched] : listeners_) {
      if (isBeat || watched == WhenWatched::kAllReadings) listener(snapshot);
    }
  }
}

}  // namespace orchestrator_exporter
