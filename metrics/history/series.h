#pragma once

#include <cstdint>
#include <memory>

#include "metrics/history/columns/column_writer.h"
#include "metrics/history/columns/timed_histograms.h"
#include "metrics/history/index/label_index.h"
#include "metrics/history/timed_samples.h"

namespace orchestrator_exporter::history {

// One series of the head.
struct Series {
  SeriesId id = 0;
  std::uint32_t hash = 0;  // hashOf() its labels, folded
  LabelIndex::Labels labels;
  std::int64_t oldest = 0;  // of the samples that it ever had
  std::int64_t newest = 0;
  ColumnWriter column;                            // what the open block has of it
  std::uint32_t layout = 0;                       // the layout of readings that it was in last
  std::uint32_t place = 0;                        // its place there
  std::unique_ptr<TimedSamples> timed = nullptr;  // null without samples with times of their own
  std::unique_ptr<TimedHistograms> histograms = nullptr;  // likewise
  std::unique_ptr<TimedHistograms> natives = nullptr;     // null without histograms of readings
};

}  // namespace orchestrator_exporter::history
