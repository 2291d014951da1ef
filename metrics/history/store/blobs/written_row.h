#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "metrics/history/index/postings.h"
#include "metrics/history/store/blobs/checked_blob.h"
#include "metrics/history_intake.h"

namespace orchestrator_exporter::history {

// Samples of one series by its number in the store.
struct NumberedSamples {
  SeriesId series = 0;
  std::span<const TimedSample> samples;
};

// What was written at once, as the log of what others write has it: a blob with a checksum. In it
// for each series varints of its zigzagged distance from the one before and of how many samples it
// has; for each of these a varint of its zigzagged distance in time from the sample before, then
// the eight bytes of its value, the lowest first.
Bytes encodeWritten(std::span<const NumberedSamples> series);

// Gives the series in their order, valid for the call. False, and nothing or a part was given, for
// a blob that is damaged.
bool decodeWritten(std::span<const std::uint8_t> blob,
                   const std::function<void(const NumberedSamples&)>& take);

}  // namespace orchestrator_exporter::history
