#include "metrics/history/columns/column_reader.h"

#include <bit>

#include "metrics/history/columns/column_format.h"
#include "metrics/history/columns/decimal.h"
#include "metrics/history/columns/varint.h"

namespace orchestrator_exporter::history {

using namespace column_format;

void ColumnReader::step(std::uint64_t positions) {
  if (positions > positions_ - next_) throw DamagedColumn();
  next_ += static_cast<std::uint32_t>(positions);
}

void ColumnReader::takeDigits(std::uint64_t digits) {
  predictor_.take(digits);
  value_ = toDouble({static_cast<std::int64_t>(digits), scale_});
}

void ColumnReader::takeExpected() {
  if (!raw_ && !predictor_.isLevel()) takeDigits(predictor_.expected());
}

void ColumnReader::takeDifference(std::uint8_t code) {
  if (code == kExpected) return;
  const unsigned zeroBytes = (code - kFirstDifference) / 8u;
  const unsigned written = (code - kFirstDifference) % 8u + 1;
  if (code < kFirstDifference || zeroBytes + written > 8) throw DamagedColumn();
  std::uint64_t difference = 0;
  for (unsigned i = 0; i < written; ++i) difference |= std::uint64_t{bytes_.byte()} << (8 * i);
  difference <<= 8 * (8 - zeroBytes - written);
  value_ = std::bit_cast<double>(std::bit_cast<std::uint64_t>(value_) ^ difference);
}

void ColumnReader::beginIntegers(unsigned scale) {
  raw_ = false;
  scale_ = scale;
  const std::uint64_t digits = unzigzag(bytes_.varint());
  predictor_.start(digits);
  value_ = toDouble({static_cast<std::int64_t>(digits), scale});
}

bool ColumnReader::readEscaped() {
  const std::uint64_t what = bytes_.varint();
  if (what <= kLargestScale) {
    beginIntegers(static_cast<unsigned>(what));
  } else if (what == kEscapeRaw) {
    raw_ = true;
    takeDifference(bytes_.byte());
  } else if (what == kEscapeSkip) {
    step(bytes_.varint());
    return false;
  } else {
    run_ = what - kRunBase - 1;
    takeExpected();
  }
  return true;
}

bool ColumnReader::next() {
  if (run_ > 0) {
    --run_;
    takeExpected();
    step(1);
    return true;
  }
  do {
    if (bytes_.atEnd()) return false;
    if (bytes_.peek() != kEscape) {
      if (raw_) {
        takeDifference(bytes_.byte());
      } else {
        const std::uint64_t token = bytes_.varint();
        takeDigits(predictor_.expected() + unzigzag(token - 1));
      }
      break;
    }
    bytes_.byte();
  } while (!readEscaped());
  step(1);
  return true;
}

}  // namespace orchestrator_exporter::history
