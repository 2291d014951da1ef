#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "metrics/history/columns/byte_run.h"
#include "metrics/history/columns/predictor.h"

namespace orchestrator_exporter::history {

// Compresses the values of one series as they come (column_format.h). What never changes has no
// bytes of its own until it is asked for.
class ColumnWriter {
 public:
  void append(double value);
  // So many positions have no value.
  void skip(std::uint32_t positions);

  // Of values and of positions without one.
  std::uint32_t positions() const { return positions_; }
  bool empty() const { return positions_ == 0; }
  // Appends the column as a ColumnReader takes it.
  void write(std::vector<std::uint8_t>& out) const;
  // Begins a new column and keeps the memory.
  void clear();
  // What it holds beyond itself.
  std::size_t heldBytes() const { return bytes_.capacity(); }

 private:
  // kUniform: all values so far have the same bits, and nothing was written.
  enum class Form : std::uint8_t { kEmpty, kUniform, kInteger, kRaw };
  class Token;

  void put(const Token& token);
  void putRun();
  void leaveUniform();
  void begin(double value, std::uint64_t bitsBefore);
  void appendInteger(double value);
  void appendRaw(double value);

  ByteRun bytes_;
  std::uint64_t bits_ = 0;  // of the last value
  // There is a writer for each series: what follows takes the rest of the predictor's last word.
  [[no_unique_address]] Predictor predictor_;
  std::uint32_t positions_ = 0;
  std::uint32_t run_ = 0;  // values as expected that are not written yet
  std::uint8_t scale_ = 0;
  Form form_ = Form::kEmpty;
  std::uint8_t rawLeft_ = 0;  // raw values until integers are tried at every scale
};

}  // namespace orchestrator_exporter::history
