#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "metrics/sample.h"

namespace orchestrator_exporter {

// The exponential side of a histogram (Prometheus native histograms): counts in buckets whose
// bounds grow by 2^(2^-schema). Begins with schema 3, where neighbours differ by 9 %, and halves
// the resolution whenever more than kMostBuckets are filled, so memory stays below 3 KiB. Not
// thread-safe.
class NativeCounts {
 public:
  static constexpr std::size_t kMostBuckets = 160;

  // `value` is finite.
  void observe(double value);

  // The buckets as a sink takes them; valid until the next call of either function.
  NativeBuckets buckets();

 private:
  struct Count {
    std::int32_t index;
    std::uint64_t count;
  };
  struct Side {
    std::vector<Count> counts;  // ascending
    std::vector<NativeSpan> spans;
    std::vector<std::int64_t> deltas;

    void add(std::int32_t index);
    void halve();
    void encode();
  };

  std::int32_t indexOf(double magnitude) const;

  std::int32_t schema_ = 3;
  std::uint64_t zeroCount_ = 0;
  Side positive_;
  Side negative_;
};

}  // namespace orchestrator_exporter
