#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "metrics/label_set.h"
#include "metrics/pipeline/processor.h"
#include "metrics/sample.h"

namespace orchestrator_exporter::pipeline {

// How good the samples of a session are. Thread-safe.
class Quality {
 public:
  // A share with what it is made of.
  struct Share {
    std::uint64_t good = 0;
    std::uint64_t all = 0;
    // 0 to 1; nullopt if there is nothing to judge.
    std::optional<double> ratio() const {
      if (all == 0) return std::nullopt;
      return static_cast<double>(good) / static_cast<double>(all);
    }
  };
  struct Report {
    // Stored samples of those that there should be: one an interval for each series, from its first
    // to its last.
    Share completeness;
    // Samples that are finite and in the range that processors demand, of all.
    Share accuracy;
    // Samples that contradict nothing before: no counter that falls though it did not begin again,
    // no time that is not later, no other type.
    Share consistency;
    // Samples that were stored within an interval after they were read.
    Share timeliness;
    // How long that took, at least that long for a twentieth; nullopt without samples.
    std::optional<std::chrono::duration<double>> delayP95 = {};
    std::uint64_t notFinite = 0;
    std::uint64_t outOfRange = 0;  // and finite
    std::uint64_t outliers = 0;    // that a processor found unusual for their series
    // Samples that completeness misses.
    std::uint64_t missing() const { return completeness.all - completeness.good; }
  };
  // A sample as it came, whether it goes on or not.
  struct Observed {
    const LabelSet& labels;
    MetricType type = MetricType::kUntyped;
    double value = 0;
    double created = 0;  // Unix seconds when the series began; 0 if it is not known
    Time time = {};
    bool isInRange = true;  // no processor found it out of range
    bool isOutlier = false;
  };

  // `interval` of the readings, above 0.
  explicit Quality(std::chrono::milliseconds interval) : interval_(interval) {}

  void observe(const Observed& sample);
  // The same of one that was stored, under these labels and at this time. `interval` of its series,
  // if it is longer than that of the readings.
  void store(const LabelSet& labels, Time time, Time storedAt,
             std::chrono::milliseconds interval = {});

  Report report() const;

 private:
  struct Last {
    Time time;
    MetricType type;
    double value;
    double created;
  };
  struct Life {
    Time first;
    Time last;
    std::chrono::milliseconds interval;
    std::uint64_t stored = 0;
  };

  bool isConsistent(const Observed& sample);
  // Counts series that have ended, and lets them go.
  void forget(Time time);
  static Share lifeOf(const Life& life);

  const std::chrono::milliseconds interval_;
  mutable std::mutex mutex_;  // guards what follows
  std::map<LabelSet, Last> observed_;
  std::map<LabelSet, Life> stored_;
  Share ended_;  // completeness of series that were let go
  Time forgot_{};
  Share accuracy_;
  std::uint64_t notFinite_ = 0;
  std::uint64_t outOfRange_ = 0;
  std::uint64_t outliers_ = 0;
  Share consistency_;
  Share timeliness_;
  std::vector<double> delays_;  // the newest, in seconds
  std::size_t nextDelay_ = 0;
};

}  // namespace orchestrator_exporter::pipeline
