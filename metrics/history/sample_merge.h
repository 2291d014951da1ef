#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "metrics/history.h"
#include "metrics/history/columns/column_reader.h"
#include "metrics/history/columns/timed_histograms.h"
#include "metrics/history/timed_samples.h"

namespace orchestrator_exporter::history {

// Puts together the samples of one series, from wherever they are, that are later than `after` and
// not later than `until`. Of several of one time the one that was added first counts.
class SampleMerge {
 public:
  // Throws TooManySamples when there would be more than `most`.
  SampleMerge(std::int64_t after, std::int64_t until, std::size_t most)
      : after_(after), until_(until), most_(most) {}

  // Begins with the memory of columns that nobody needs any more.
  void begin(SampleColumns room);
  // Reads a column with the time of each position; what is behind the times is not read.
  void add(ColumnReader& column, const std::vector<std::int64_t>& times);
  void add(const TimedChunk& chunk);
  // Columns of times, which ascend, and of values, without gaps. Throws DamagedColumn, and none of
  // them is added.
  void add(ColumnReader times, ColumnReader values, std::uint32_t positions);
  void add(std::span<const TimedSample> samples);
  // Of one length.
  void add(std::span<const std::int64_t> times, std::span<const double> values);
  void add(const SampleColumns& samples);
  // As add(), of all samples, before any other.
  void take(SampleColumns&& samples);
  // Makes room, if it is known that so many will come.
  void reserve(std::size_t samples);
  void add(const HistogramChunk& chunk);
  void add(std::span<const TimedHistogram> samples);
  // Ends it.
  SampleColumns finish();

 private:
  void add(std::int64_t time, double value);
  void keepWanted(std::size_t begin);
  void count(std::size_t samples);

  const std::int64_t after_;
  const std::int64_t until_;
  const std::size_t most_;
  SampleColumns samples_;
  bool isSorted_ = true;
  std::vector<TimedHistogram> histograms_;
  std::size_t count_ = 0;  // as much memory as so many numbers
};

}  // namespace orchestrator_exporter::history
