#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "metrics/history.h"
#include "metrics/pipeline/series_match.h"
#include "metrics/sink.h"

namespace orchestrator_exporter::pipeline {

// What stands in an answer for values that are missing in the history. Nothing of it is written.
enum class Missing : std::uint8_t { kDiscard, kInterpolate, kZeroFill };

struct MissingSettings {
  struct Rule {
    std::vector<SeriesMatch> match = {};
    Missing how = Missing::kDiscard;
  };

  std::vector<Rule> rules = {};  // the first that fits a series has it
  Missing otherwise = Missing::kDiscard;
  std::int64_t maxGap = 5;  // longer gaps stay: so many values in a row
  // Of readings. A series that mostly comes more seldom has an interval of its own.
  std::chrono::milliseconds interval = std::chrono::seconds(15);

  Missing of(const LabelSet& series) const;
  bool fillAnything() const;
};

// Between two samples of a series whose distance is that of up to `maxGap` missing ones, puts
// these, evenly: on the straight line between both, or zeros. A staleness marker in between goes.
// Nothing is put between values that are not finite on a straight line, behind the last sample, or
// before a sample that is not later than `after`. Gives the times of what was put.
std::vector<std::int64_t> fillGaps(SampleColumns& samples, Missing how,
                                   const MissingSettings& settings,
                                   std::int64_t after = Selection::kOldest);

// Another history for one query, with what is missing in its gauges (families of this type, and
// what rules record under names with a colon). For one thread.
class FilledHistory final : public History {
 public:
  // Both must outlive it.
  FilledHistory(const History& history, const MissingSettings& settings)
      : history_(history), settings_(settings) {}

  Selected select(const Selection& selection, std::size_t maxSamples) const override;
  std::vector<LabelSet> series(const SeriesFilter& filter) const override {
    return history_.series(filter);
  }
  std::vector<std::string> labelNames(const SeriesFilter& filter) const override {
    return history_.labelNames(filter);
  }
  std::vector<std::string> labelValues(std::string_view name,
                                       const SeriesFilter& filter) const override {
    return history_.labelValues(name, filter);
  }
  std::vector<MetricMetadata> metadata() const override { return history_.metadata(); }

  // How many values were put into what has been read, within what was asked for.
  std::uint64_t interpolated() const { return interpolated_; }
  std::uint64_t zeros() const { return zeros_; }

 private:
  bool isGauge(std::string_view name) const;
  SampleColumns filled(SampleColumns samples, const LabelSet& labels, const Selection& asked,
                       std::int64_t coarseUntil) const;

  const History& history_;
  const MissingSettings& settings_;
  mutable std::optional<std::set<std::string, std::less<>>> gauges_;  // once they are asked for
  mutable std::uint64_t interpolated_ = 0;
  mutable std::uint64_t zeros_ = 0;
};

// The settings of now, and counts of what they did. Thread-safe.
class MissingValues {
 public:
  void set(MissingSettings settings);
  // Null if nothing is to be filled.
  std::shared_ptr<const MissingSettings> settings() const;

  // Counts what a query got, and tells it: a line for each kind.
  std::vector<std::string> note(const FilledHistory& history);
  // pipeline_missing_values_total, if there were settings to fill anything.
  void collect(Sink& out) const;

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const MissingSettings> settings_;  // under the mutex
  std::atomic<bool> wasSet_ = false;
  std::atomic<std::uint64_t> interpolated_ = 0;
  std::atomic<std::uint64_t> zeros_ = 0;
};

}  // namespace orchestrator_exporter::pipeline
