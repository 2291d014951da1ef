#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "metrics/analysis/tracks.h"

namespace orchestrator_exporter::analysis {

// A share with what it is made of.
struct Share {
  std::uint64_t good = 0;
  std::uint64_t all = 0;

  // 0 to 1; nullopt if there is nothing to judge.
  std::optional<double> ratio() const {
    if (all == 0) return std::nullopt;
    return static_cast<double>(good) / static_cast<double>(all);
  }
  friend bool operator==(const Share&, const Share&) = default;
};

// How good the samples of one metric are, or of all.
struct SampleQuality {
  std::string metric = {};  // empty: of all
  std::size_t series = 0;
  // Samples of those that there should be: one an interval, the usual distance of the series'
  // samples, from its first to its last. While a series is marked as ended none is missing.
  Share completeness = {};
  Share accuracy = {};  // finite samples
  // Samples that contradict nothing before: no counter that falls though nothing began again, no
  // time that is not later unless it has the same value.
  Share consistency = {};

  void add(const SampleQuality& other);
};

// Times, each later than the first and not later than the second, at which counters may have begun
// again.
using Restarts = std::vector<std::pair<std::int64_t, std::int64_t>>;

// Of one series. Times ascend, though not strictly; staleness markers are no samples. Samples of
// coarse stretches are their step apart.
SampleQuality qualityOf(const SampleColumns& samples, bool isCounter, const Restarts& restarts = {},
                        std::span<const CoarseStretch> coarse = {});

struct QualityFindings {
  // What a pipeline says of itself: pipeline_quality_ratio at the end of the range.
  struct Reported {
    std::string session;
    std::string dimension;
    double ratio = 0;
  };

  SampleQuality all = {};
  std::vector<SampleQuality> metrics = {};  // by name
  std::vector<Reported> reported = {};
  std::vector<std::string> silent = {};  // names of metrics without samples
};

// Of the series that the signals' expressions select, in [start, end], ms. A counter is a metric
// whose name ends in _total, _bucket or _count; what its process_start_time_seconds or
// node_boot_time_seconds tells of, by job and instance, is a restart. Throws QueryError for an
// expression that is none, and what the history throws.
QualityFindings qualityOf(const Question& question, std::span<const Signal> signals,
                          std::int64_t start, std::int64_t end);

}  // namespace orchestrator_exporter::analysis
