#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <span>
#include <vector>

#include "metrics/label_matcher.h"
#include "metrics/label_set.h"
#include "metrics/snapshot.h"

namespace orchestrator_exporter::history {

// The newest exemplars of readings, in memory alone: so many at most, those of all series together.
// Any thread may call anything.
class Exemplars {
 public:
  struct One {
    LabelSet labels;  // mostly a trace_id
    double value = 0;
    std::int64_t time = 0;  // ms since 1970 UTC; that of the reading if it came without
  };
  struct OfSeries {
    LabelSet series;
    std::vector<One> exemplars;  // in the order of their times
  };

  // `external` are the labels of all series of readings: job and instance.
  explicit Exemplars(LabelSet external, std::size_t most = 10'000);

  // Keeps those of a reading. What was the newest of its series already, is older than that, or is
  // longer than OpenMetrics allows is left out.
  void take(const Snapshot& reading);

  // Those with times in [from, until] of series that match all matchers of any of `any`, by series.
  std::vector<OfSeries> select(std::span<const std::vector<LabelMatcher>> any, std::int64_t from,
                               std::int64_t until) const;

 private:
  using BySeries = std::map<LabelSet, std::deque<One>>;

  void keep(std::span<const Label> series, const Exemplar& exemplar, std::int64_t readAt);

  const LabelSet external_;
  const std::size_t most_;
  mutable std::mutex mutex_;  // guards what follows
  BySeries bySeries_;
  std::deque<BySeries::iterator> order_;  // whose the oldest one is
};

}  // namespace orchestrator_exporter::history
