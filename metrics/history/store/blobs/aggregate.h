#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "metrics/history/store/blobs/checked_blob.h"

namespace orchestrator_exporter::history {

// What a coarse tier keeps of the samples of one series in one step.
struct Aggregate {
  double count = 0;
  double sum = 0;
  double min = 0;
  double max = 0;
  double last = 0;
  double lost = 0;  // as a counter that restarted: the sum of the values that smaller ones followed
  friend bool operator==(const Aggregate&, const Aggregate&) = default;
};

// Steps that follow each other; those without samples are empty.
using Aggregates = std::vector<std::optional<Aggregate>>;

// Puts samples, or aggregates of finer steps, into steps of equal length. Both ascend in time.
class StepAggregator {
 public:
  // `count` steps of `step` milliseconds; each is later than its begin and not later than its end.
  StepAggregator(std::int64_t begin, std::int64_t step, std::size_t count)
      : begin_(begin), step_(step), steps_(count), scales_(count, 0) {}

  // Staleness markers are no samples. What is before the first step counts for what is lost alone;
  // nothing may be behind the last one.
  void add(std::int64_t time, double value);
  void add(std::int64_t time, const Aggregate& finer);
  // Ends it.
  Aggregates finish();

 private:
  Aggregate* stepOf(std::int64_t time, double value);
  std::size_t numberOf(std::int64_t time) const {
    return static_cast<std::size_t>((time - begin_ - 1) / step_);
  }
  static void noteDecimals(int& scale, double value);

  const std::int64_t begin_;
  const std::int64_t step_;
  Aggregates steps_;
  std::vector<int> scales_;  // decimals that the values have, or that they have too many
  std::optional<double> before_;
};

// A chunk of a coarse tier, without its checksum: a byte of bits that say what is left out (the sum
// that is count times last, the least and the greatest value that are the last one, what is
// lost that is 0), then the number of bytes and the bytes of a column for each of count, last, sum, min, max
// and lost that is there.
void writeAggregates(const Aggregates& steps, Bytes& out);
// Throws DamagedColumn.
Aggregates readAggregates(std::span<const std::uint8_t> content, std::uint32_t positions);

}  // namespace orchestrator_exporter::history
