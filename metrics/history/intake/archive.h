#pragma once

#include <cstdint>
#include <span>

#include "metrics/history/head.h"
#include "metrics/history_intake.h"

namespace orchestrator_exporter::history {

// Where a head's samples with times of their own are kept for longer than it has them. Any thread
// may call anything.
class Archive {
 public:
  virtual ~Archive() = default;

  // What it has of a series, and of the times from `from` to `until`, both ends taken. Throws
  // NotKept if it cannot be read.
  virtual Head::Archived archived(std::span<const Label> labels, std::int64_t from,
                                  std::int64_t until) const = 0;
  virtual Head::ArchivedHistograms archivedHistograms(std::span<const Label> labels,
                                                      std::int64_t from,
                                                      std::int64_t until) const = 0;
  // Comes back when the samples are kept. Throws NotKept.
  virtual void keep(std::span<const WrittenSeries> series) = 0;
  virtual void keep(std::span<const WrittenHistograms> series) = 0;
  virtual void keep(std::span<const MetricMetadata> families) = 0;
};

}  // namespace orchestrator_exporter::history
