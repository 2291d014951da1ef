#include "metrics/history/columns/column_reader.h"

#include <bit>

#include "metrics/history/columns/column_format.h"
#include "metrics/history/columns/decimal.h"
#include "metrics/history/columns/varint.h"

namespace orchestrator_exporter::history {

using namespace column_format;

std::uint8_t ColumnReader::byte() {
  if (at_ == end_) throw DamagedColumn();
  return *at_++;
}

std::uint64_t ColumnReader::varint() {
  std::uint64_t number = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const std::uint8_t part = byte();
    number |= static_cast<std::uint64_t>(part & 0x7f) << shift;
    if (part < 0x80) return number;
  }
  throw DamagedColumn();
}

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
  for (unsigned i = 0; i < written; ++i) difference |= std::uint64_t{byte()} << (8 * i);
  difference <<= 8 * (8 - zeroBytes - written);
  value_ = std::bit_cast<double>(std::bit_cast<std::uint64_t>(value_) ^ difference);
}

void ColumnReader::beginIntegers(unsigned scale) {
  raw_ = false;
  scale_ = scale;
  const std::uint64_t digits = unzigzag(varint());
  predictor_.start(digits);
  value_ = toDouble({static_cast<std::int64_t>(digits), scale});
}

bool ColumnReader::readEscaped() {
  const std::uint64_t what = varint();
  if (what <= kLargestScale) {
    beginIntegers(static_cast<unsigned>(what));
  } else if (what == kEscapeRaw) {
    raw_ = true;
    takeDifference(byte());
  } else if (what == kEscapeSkip) {
    step(varint());
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
    if (at_ == end_) return false;
    if (*at_ != kEscape) {
      if (raw_) {
        takeDifference(byte());
      } else {
        const std::uint64_t token = varint();
        takeDigits(predictor_.expected() + unzigzag(token - 1));
      }
      break;
    }
    ++at_;
  } while (!readEscaped());
  step(1);
  return true;
}

}  // namespace orchestrator_exporter::history
