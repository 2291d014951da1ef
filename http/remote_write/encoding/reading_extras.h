#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "metrics/snapshot.h"

namespace orchestrator_exporter::remote_write {

// What a reading has beside its values, by the places of those in Snapshot::appendValues().
class ReadingExtras {
 public:
  struct PlacedExemplar {
    std::uint32_t place;
    double value;
    std::int64_t time;   // in milliseconds since 1970 UTC; 0 if it is not known
    std::string labels;  // as the fields 1 of a prompb.Exemplar
  };
  struct PlacedHistogram {
    std::uint32_t place;  // of the histogram's count
    std::string bytes;    // a prompb.Histogram without its time
  };
  struct Wanted {
    bool exemplars = false;
    bool histograms = false;
    bool startTimes = false;
  };

  ReadingExtras() = default;
  ReadingExtras(const Snapshot& reading, const Wanted& wanted);

  // Both in ascending order of their places; an exemplar is one that a receiver takes: its labels
  // have at most 128 characters.
  std::vector<PlacedExemplar> exemplars;
  std::vector<PlacedHistogram> histograms;
  // By place, in milliseconds; 0 if it is not known. Empty if nobody wants them.
  std::vector<std::int64_t> startTimes;
};

}  // namespace orchestrator_exporter::remote_write
