#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/base/recording_clock.h"
#include "metrics/recording/orchestrator_statistics.h"
#include "metrics/registry/handles.h"

namespace orchestrator_exporter {

// What was recorded to one series and is not applied yet. Updates of one series add up here, so
// that applying a batch touches each shared cell once. Belongs to one RecordingQueue, whose lock
// guards all but what is said to be thread-safe.
class Pending {
 public:
  virtual ~Pending() = default;

  // Brings all of it into the families and the statistics of that minute.
  virtual void apply(std::int64_t minute) noexcept = 0;

  bool waiting = false;  // the queue's: it is in line to be applied
};

// Tokens, tool invocations, delegations and errors.
class PendingCount final : public Pending {
 public:
  using Note = void (*)(Tally& tally, double amount);

  // `note` says what the amount means in the statistics of each orchestrator linked.
  PendingCount(Counter counter, Note note, std::vector<StatisticsLink> links)
      : counter_(std::move(counter)), note_(note), links_(std::move(links)) {}

  void add(double amount) { amount_ += amount; }
  void apply(std::int64_t minute) noexcept override;

 private:
  Counter counter_;
  Note note_;
  std::vector<StatisticsLink> links_;
  double amount_ = 0;
};

// Queries and collections of traces: how long each took, and how much it brought.
class PendingWork final : public Pending {
 public:
  // `calls` counts the pieces of work too, if there is one.
  PendingWork(Histogram duration, Counter amount, std::optional<Counter> calls)
      : duration_(std::move(duration)), amounts_(std::move(amount)), calls_(std::move(calls)) {}

  void add(double seconds, double amount) {
    waiting_.push_back(seconds);
    amount_ += amount;
  }
  void apply(std::int64_t minute) noexcept override;

 private:
  Histogram duration_;
  Counter amounts_;
  std::optional<Counter> calls_;
  std::vector<double> waiting_;
  double amount_ = 0;
};

class PendingLatency final : public Pending {
 public:
  // `bounds` as the histogram has them; `native` where it has native buckets too. Both references
  // outlive it.
  PendingLatency(Histogram histogram, const std::vector<double>& bounds, bool native,
                 const RecordingClock& clock, StatisticsLink link);

  // With a trace id, the latency is the exemplar of its bucket at once; one that is longer than an
  // exemplar may be, or not UTF-8, is ignored.
  void observe(double seconds, std::string_view traceId);
  void apply(std::int64_t minute) noexcept override;

 private:
  void observeExample(double seconds, std::string_view traceId);
  void observeTogether();
  void addToStatistics(std::int64_t minute, std::vector<double>& latencies);

  Histogram histogram_;
  const std::vector<double>& bounds_;
  const bool native_;
  const RecordingClock& clock_;
  StatisticsLink link_;
  std::vector<double> waiting_;
  std::vector<double> examples_;  // are in the histogram already
  std::vector<double> counts_;    // one for each bound, and +Inf; all 0 between calls
};

// The sessions of one orchestrator and type, as all threads see them. Thread-safe.
//
// `active` never counts a session twice or falls below 0; the gauge follows it, raised before it
// and lowered after it, so the gauge is never below 0 either. When nobody uses it any more the
// gauge alone knows how many are active, and whoever needs it again makes another.
class SessionSeries {
 public:
  SessionSeries(Counter started, Gauge gauge);

  void start(std::uint32_t started, std::uint32_t stillActive);
  // False if no session is active here; there may be some that wait in queues.
  bool end();
  // Grows with each batch of sessions that came here from a queue.
  std::uint64_t arrivals() const { return arrivals_.load(); }

 private:
  Counter started_;
  Gauge gauge_;
  std::atomic<std::int64_t> active_{0};
  std::atomic<std::uint64_t> arrivals_{0};
};

// Sessions started on one thread. Those that ended there too never reach the shared gauge.
class PendingSessions final : public Pending {
 public:
  PendingSessions(std::shared_ptr<SessionSeries> series, StatisticsLink link)
      : series_(std::move(series)), link_(std::move(link)) {}

  void start() {
    ++started_;
    ++active_;
  }
  // False if the session was not started in this batch: then it may be in the series already, or
  // wait in the queue of another thread.
  bool endHere() {
    if (active_ == 0) return false;
    --active_;
    return true;
  }
  void noteEndElsewhere() { ++endedElsewhere_; }
  // Thread-safe.
  SessionSeries& series() const { return *series_; }
  void apply(std::int64_t minute) noexcept override;

 private:
  std::shared_ptr<SessionSeries> series_;
  StatisticsLink link_;
  std::uint32_t started_ = 0;
  std::uint32_t active_ = 0;
  std::int32_t endedElsewhere_ = 0;
};

// Node load, budgets, memory of components and custom metrics. Setting the cell costs less than
// queueing would and keeps the order of threads among each other, so nothing ever waits here.
class DirectGauge final : public Pending {
 public:
  explicit DirectGauge(Gauge gauge) : gauge_(std::move(gauge)) {}

  // Thread-safe.
  void set(double value) const { gauge_.set(value); }
  void apply(std::int64_t) noexcept override {}

 private:
  Gauge gauge_;
};

}  // namespace orchestrator_exporter
