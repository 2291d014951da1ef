#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "metrics/float_histogram.h"
#include "metrics/history/columns/byte_reader.h"

namespace orchestrator_exporter::history {

// How histograms of one series that follow each other are written: each begins with a byte of its
// hint (two bits) and whether it has the layout of the one before (schema, zero threshold, indices
// of buckets, custom bounds), which follows only if it has not; then its numbers, each as its
// distance from the one before it if both are whole, else as its bits. All numbers are varints
// (varint.h).
class HistogramWriter {
 public:
  void append(const FloatHistogram& histogram);
  void clear();

  std::uint32_t count() const { return count_; }
  std::span<const std::uint8_t> bytes() const { return bytes_; }
  std::size_t heldBytes() const { return bytes_.capacity() + before_.weight() * sizeof(double); }

 private:
  void varint(std::uint64_t number);
  void bits(double number);
  void number(double number, double before);
  void indices(const FloatHistogram::Buckets& buckets);
  void layout(const FloatHistogram& histogram);
  void counts(const FloatHistogram::Buckets& buckets, const FloatHistogram::Buckets& before);

  std::vector<std::uint8_t> bytes_;
  FloatHistogram before_;
  std::uint32_t count_ = 0;
};

// Reads what a HistogramWriter has written, from the first on; throws DamagedColumn for other
// bytes, which must outlive it.
class HistogramReader {
 public:
  explicit HistogramReader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  // The next one. Valid until it is called again.
  const FloatHistogram& next();

 private:
  double bits();
  double number(double before);
  void indices(FloatHistogram::Buckets& buckets);
  void layout();

  ByteReader bytes_;
  FloatHistogram histogram_;
};

}  // namespace orchestrator_exporter::history
