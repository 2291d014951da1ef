#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "metrics/history/index/postings.h"
#include "metrics/history/store/blobs/checked_blob.h"
#include "metrics/history_intake.h"

namespace orchestrator_exporter::history {

// Samples of one series by its number in the store: TimedSample or TimedHistogram.
template <typename Sample>
struct Numbered {
  SeriesId series = 0;
  std::span<const Sample> samples;
};
using NumberedSamples = Numbered<TimedSample>;
using NumberedHistograms = Numbered<TimedHistogram>;

// What was written at once, as the log of what others write has it: a blob with a checksum. In it
// for each series varints of its zigzagged distance from the one before and of how many samples it
// has. Of numbers follows for each a varint of its zigzagged distance in time from the sample
// before, then the eight bytes of its value, the lowest first. Of histograms follow the distances
// in time of all, then a varint of how many bytes the histograms take and these
// (histogram_column.h).
Bytes encodeWritten(std::span<const NumberedSamples> series);
Bytes encodeWritten(std::span<const NumberedHistograms> series);

// Gives the series in their order, valid for the call. False, and nothing or a part was given, for
// a blob that is damaged.
bool decodeWritten(std::span<const std::uint8_t> blob,
                   const std::function<void(const NumberedSamples&)>& take);
bool decodeWritten(std::span<const std::uint8_t> blob,
                   const std::function<void(const NumberedHistograms&)>& take);

// Gives each sample, whose time is known, its histogram of those that a HistogramWriter wrote.
// Throws DamagedColumn.
void readHistograms(std::span<const std::uint8_t> bytes, std::span<TimedHistogram> out);

}  // namespace orchestrator_exporter::history
