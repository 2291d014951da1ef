#include "metrics/recording/pending_updates.h"

#include <algorithm>
#include <utility>

#include "metrics/base/utf8.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kTraceIdLabel = "trace_id";
// OpenMetrics 1.0, "Exemplars": names and values together have at most 128 characters.
constexpr std::size_t kLongestTraceId = 128 - kTraceIdLabel.size();

bool isTraceId(std::string_view text) { return text.size() <= kLongestTraceId && isUtf8(text); }

// What the gauge of a session series says. Others may have set it to anything.
std::int64_t sessionsIn(const Gauge& gauge) {
  // A change, if of nothing, sees the latest one of any thread; a look need not.
  gauge.add(0);
  const double sessions = gauge.value();
  constexpr double kMost = 1e15;
  return sessions > 0 && sessions < kMost ? static_cast<std::int64_t>(sessions) : 0;
}

}  // namespace

void PendingCount::apply(std::int64_t minute) noexcept {
  const double amount = std::exchange(amount_, 0);
  counter_.add(amount);
  Tally tally;
  note_(tally, amount);
  for (StatisticsLink& link : links_) link.add(minute, tally);
}

void PendingWork::apply(std::int64_t) noexcept {
  for (const double seconds : waiting_) duration_.observe(seconds);
  amounts_.add(std::exchange(amount_, 0));
  if (calls_) calls_->add(static_cast<double>(waiting_.size()));
  waiting_.clear();
}

PendingLatency::PendingLatency(Histogram histogram, const std::vector<double>& bounds, bool native,
                               const RecordingClock& clock, StatisticsLink link)
    : histogram_(std::move(histogram)),
      bounds_(bounds),
      native_(native),
      clock_(clock),
      link_(std::move(link)),
      counts_(bounds.size() + 1) {}

void PendingLatency::observe(double seconds, std::string_view traceId) {
  if (!traceId.empty() && isTraceId(traceId)) [[unlikely]] {
    observeExample(seconds, traceId);
  } else {
    waiting_.push_back(seconds);
  }
}

void PendingLatency::observeExample(double seconds, std::string_view traceId) {
  examples_.push_back(seconds);
  const Label label{kTraceIdLabel, traceId};
  const std::chrono::duration<double> unixTime = clock_.now().time_since_epoch();
  histogram_.observe(seconds, {&label, 1}, unixTime.count());
}

void PendingLatency::apply(std::int64_t minute) noexcept {
  // Adding many at once touches every bucket, so it pays from a few on; native buckets need each.
  if (native_ || waiting_.size() < counts_.size() / 2) {
    for (const double seconds : waiting_) histogram_.observe(seconds);
  } else {
    observeTogether();
  }
  addToStatistics(minute, waiting_);
  addToStatistics(minute, examples_);
}

void PendingLatency::addToStatistics(std::int64_t minute, std::vector<double>& latencies) {
  if (latencies.empty()) return;
  link_.add(minute, {.latency = LatencyMoments::of(latencies)}, latencies);
  latencies.clear();
}

void PendingLatency::observeTogether() {
  double sum = 0;
  for (const double seconds : waiting_) {
    const auto at = std::lower_bound(bounds_.begin(), bounds_.end(), seconds) - bounds_.begin();
    ++counts_[static_cast<std::size_t>(at)];
    sum += seconds;
  }
  histogram_.observeMany(counts_, sum);
  std::fill(counts_.begin(), counts_.end(), 0.0);
}

SessionSeries::SessionSeries(Counter started, Gauge gauge)
    : started_(std::move(started)), gauge_(std::move(gauge)), active_(sessionsIn(gauge_)) {}

void SessionSeries::start(std::uint32_t started, std::uint32_t stillActive) {
  started_.add(started);
  if (stillActive == 0) return;
  gauge_.add(stillActive);
  active_.fetch_add(stillActive);
  arrivals_.fetch_add(1);
}

bool SessionSeries::end() {
  std::int64_t active = active_.load();
  do {
    if (active == 0) return false;
  } while (!active_.compare_exchange_weak(active, active - 1));
  gauge_.add(-1);
  return true;
}

void PendingSessions::apply(std::int64_t minute) noexcept {
  Tally tally;
  tally.sessionsStarted = std::exchange(started_, 0);
  const std::uint32_t active = std::exchange(active_, 0);
  series_->start(tally.sessionsStarted, active);
  tally.sessionsChange = static_cast<std::int32_t>(active) - std::exchange(endedElsewhere_, 0);
  link_.add(minute, tally);
}

}  // namespace orchestrator_exporter
