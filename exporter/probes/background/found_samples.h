#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "metrics/sink.h"
#include "metrics/snapshot.h"

namespace orchestrator_exporter::probes {

// What one probe found, in little memory: a thousand targets have one each. A probe finds single
// values alone; their families, which are the same for all probes, are kept once for all. May be
// read by several threads.
class FoundSamples {
 public:
  explicit FoundSamples(const Snapshot& snapshot);

  // Gives everything to another sink, in the order it came.
  void replay(Sink& out) const;

 private:
  class Keeper;
  struct Text {
    std::uint32_t begin;
    std::uint32_t size;
  };
  struct Sample {
    const FamilyHead* family;
    double value;
    std::uint32_t firstLabel;  // of labels_, where each has two texts
    std::uint32_t labels;
  };

  std::vector<Sample> samples_;
  std::vector<Text> labels_;
  std::string texts_;
};

}  // namespace orchestrator_exporter::probes
