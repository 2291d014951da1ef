#pragma once

#include <cstdint>
#include <span>

#include "metrics/history/columns/byte_reader.h"
#include "metrics/history/columns/predictor.h"

namespace orchestrator_exporter::history {

// Gives the values of a column back, bit for bit. The bytes must outlive it.
class ColumnReader {
 public:
  // The column has this many positions; what says otherwise is damaged.
  ColumnReader(std::span<const std::uint8_t> bytes, std::uint32_t positions)
      : bytes_(bytes), positions_(positions) {}

  // Steps to the next value; false behind the last one. Throws DamagedColumn.
  bool next();
  // The next values, of a column without gaps there, all at once. Throws DamagedColumn.
  void read(std::span<double> values);
  // The same as whole numbers, which times are.
  void read(std::span<std::int64_t> values);
  // Of the value that next() stepped to.
  double value() const { return value_; }
  std::uint32_t position() const { return next_ - 1; }

 private:
  template <typename Number>
  void readAll(std::span<Number> values);
  // Reads values as expected, up to the end of their run, and returns how many.
  template <typename Number>
  std::size_t readRun(std::span<Number> values);
  // Reads whole numbers up to what is none, and returns how many.
  template <typename Number>
  std::size_t readDigits(std::span<Number> values);
  // True if it led to a value.
  bool readEscaped();
  void beginIntegers(unsigned scale);
  void takeDifference(std::uint8_t code);
  void takeDigits(std::uint64_t digits);
  void takeExpected();
  void step(std::uint64_t positions);

  ByteReader bytes_;
  const std::uint32_t positions_;
  std::uint32_t next_ = 0;
  std::uint64_t run_ = 0;  // values as expected that are still to come
  Predictor predictor_;
  unsigned scale_ = 0;
  bool raw_ = true;
  double value_ = 0;
};

}  // namespace orchestrator_exporter::history
