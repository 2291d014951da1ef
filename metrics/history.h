#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/float_histogram.h"
#include "metrics/label_matcher.h"
#include "metrics/label_set.h"
#include "metrics/sample.h"

namespace orchestrator_exporter {

// The value of a sample that says: the series ended here (a NaN with bits of its own, as in
// Prometheus).
inline constexpr std::uint64_t kStaleBits = 0x7ff0000000000002;

// The samples of a series that are histograms, as columns of one length.
struct HistogramColumns {
  std::vector<std::int64_t> times;
  std::vector<HistogramPointer> values;  // none is null
};

// The samples of one series: numbers as columns of one length, and beside them histograms. Times
// are milliseconds since 1970 UTC and ascend strictly; no time has both a number and a histogram.
// Stale markers are among the numbers, those after a histogram too.
struct SampleColumns {
  std::vector<std::int64_t> times;
  std::vector<double> values;
  HistogramColumns histograms = {};

  bool empty() const { return times.empty() && histograms.times.empty(); }
  // Keeps the memory.
  void clear() {
    times.clear();
    values.clear();
    histograms.times.clear();
    histograms.values.clear();
  }
};

// What a History asks to be read, and for what, so that it may take a coarser tier for it.
struct Selection {
  static constexpr std::int64_t kOldest = std::numeric_limits<std::int64_t>::min();
  static constexpr std::int64_t kNewest = std::numeric_limits<std::int64_t>::max();

  std::span<const LabelMatcher> matchers = {};  // all must match
  std::int64_t after = kOldest;                 // samples later than this
  std::int64_t until = kNewest;                 // and not later than this
  std::int64_t range = 0;                       // of the range selector, ms; 0 for an instant one
  std::int64_t step = 0;                        // of the range query, ms; 0 for an instant query
  std::string_view function = {};               // that takes the selector directly, empty if none
};

// Samples that were selected: as they are, or packed, and read when they are looked at first. They
// may be none, or more than was asked for, on both sides. For one thread.
class SelectedSamples {
 public:
  // Reads them, into `room` if they find place there; what that held is gone.
  using Read = std::function<SampleColumns(SampleColumns room)>;

  SelectedSamples(std::shared_ptr<const SampleColumns> samples) : samples_(std::move(samples)) {}
  SelectedSamples(std::shared_ptr<SampleColumns> samples) : samples_(std::move(samples)) {}
  explicit SelectedSamples(Read read) : read_(std::move(read)) {}

  // Kept until reset(). Throw TooManySamples before they hold more than the selection may.
  const SampleColumns& operator*() const { return *shared(); }
  const SampleColumns* operator->() const { return shared().get(); }
  const std::shared_ptr<const SampleColumns>& shared() const {
    if (samples_ == nullptr) samples_ = std::make_shared<SampleColumns>(read_({}));
    return samples_;
  }
  // The same for the caller alone, not kept; read into `room`, unless they were held already.
  SampleColumns take(SampleColumns room = {}) const {
    return samples_ != nullptr ? *samples_ : read_(std::move(room));
  }
  // The same without a copy of what is held: valid as long as `room` is, and it is not used for
  // others.
  const SampleColumns& in(SampleColumns& room) const {
    if (samples_ != nullptr) return *samples_;
    room = read_(std::move(room));
    return room;
  }
  // Ends it.
  void reset() {
    samples_.reset();
    read_ = nullptr;
  }

 private:
  mutable std::shared_ptr<const SampleColumns> samples_;
  Read read_;
};

struct SelectedSeries {
  std::shared_ptr<const LabelSet> labels;
  SelectedSamples samples;
};

// A time of which only steps are left, each a sample at its end.
struct CoarseStretch {
  std::int64_t until = 0;  // from the one before on
  std::int64_t step = 0;   // ms
};

struct Selected {
  std::vector<SelectedSeries> series;      // in the order of their labels, each once
  std::vector<CoarseStretch> coarse = {};  // the oldest first; none if all samples are raw
};

// Which series a question about names is over: those that match all matchers of any of `any`
// (without any: all series) and have samples in the time asked for.
struct SeriesFilter {
  std::span<const std::vector<LabelMatcher>> any = {};
  std::int64_t from = Selection::kOldest;
  std::int64_t until = Selection::kNewest;
  std::size_t limit = 0;  // answers at most, 0 = no limit
};

struct MetricMetadata {
  std::string family;
  MetricType type = MetricType::kUntyped;
  std::string help;
  std::string unit;
};

// Told when a selection would give more samples than its reader can take.
class TooManySamples : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// What was: the samples of the past by their series. Everything may be called from several threads
// at once, and while samples are added; throws std::runtime_error with the reason if what was kept
// cannot be read.
class History {
 public:
  virtual ~History() = default;

  // Throws TooManySamples before it holds more than `maxSamples`, packed ones not counted.
  virtual Selected select(const Selection& selection, std::size_t maxSamples) const = 0;

  // Each sorted, each answer once.
  virtual std::vector<LabelSet> series(const SeriesFilter& filter) const = 0;
  virtual std::vector<std::string> labelNames(const SeriesFilter& filter) const = 0;
  virtual std::vector<std::string> labelValues(std::string_view name,
                                               const SeriesFilter& filter) const = 0;
  // Of all families, by name.
  virtual std::vector<MetricMetadata> metadata() const = 0;
};

}  // namespace orchestrator_exporter
