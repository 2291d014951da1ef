#pragma once

#include <prometheus/histogram.h>

#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <vector>

#include "metrics/registry/native_counts.h"
#include "metrics/registry/stored_exemplar.h"
#include "metrics/sink.h"

namespace orchestrator_exporter {

// prometheus-cpp's histogram, with what it lacks beside it where the family asks for it: the latest
// exemplar of each bucket, and native buckets. Thread-safe.
class HistogramCell {
 public:
  static constexpr MetricType kType = MetricType::kHistogram;
  static constexpr std::string_view kReservedLabel = "le";
  struct Settings {
    std::vector<double> bounds;  // ascending and finite; the bucket of +Inf is always there
    bool exemplars = false;      // keep the latest exemplar of each bucket
    bool native = false;         // count native buckets too, at most 3 KiB more for each series
    friend bool operator==(const Settings&, const Settings&) = default;
  };

  // Throws std::invalid_argument for bounds that are not ascending and finite.
  static void check(const Settings& settings);

  explicit HistogramCell(const Settings& settings);

  // `value` is finite, here and below.
  void observe(double value);
  // With an example of what was observed; `timestamp` in Unix seconds.
  void observe(double value, std::span<const Label> exemplar, double timestamp);
  // Many observations at once: how many fell into each bucket, +Inf last, and their sum. Not for
  // families with native buckets, which need each value.
  void observeMany(const std::vector<double>& counts, double sum);

  std::uint64_t count() const;
  double sum() const;
  void give(FamilySink& sink, std::string_view labelText, double created) const;

 private:
  struct Extras {
    explicit Extras(const Settings& wanted) : settings(wanted) {}
    std::mutex mutex;
    const Settings settings;
    NativeCounts counts;
    std::vector<StoredExemplar> exemplars;  // one for each bucket, once there is any
  };

  void give(FamilySink& sink, std::string_view labelText, double created, Extras* extras) const;

  prometheus::Histogram classic_;
  std::unique_ptr<Extras> extras_;
};

using HistogramSettings = HistogramCell::Settings;

}  // namespace orchestrator_exporter
