#include "metrics/history/columns/column_reader.h"

#include <algorithm>
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

// Copies of what changes with each number, which the compiler so keeps in registers.
std::size_t ColumnReader::readDigits(std::span<double> values) {
  ByteReader bytes = bytes_;
  Predictor predictor = predictor_;
  const double power = powerOfTen(scale_);
  std::size_t count = 0;
  while (count < values.size() && !bytes.atEnd() && bytes.peek() != kEscape) {
    const std::uint64_t digits = predictor.expected() + unzigzag(bytes.varint() - 1);
    predictor.take(digits);
    values[count++] = static_cast<double>(static_cast<std::int64_t>(digits)) / power;
  }
  if (count == 0) return 0;
  bytes_ = bytes;
  predictor_ = predictor;
  value_ = values[count - 1];
  step(count);
  return count;
}

std::size_t ColumnReader::readRun(std::span<double> values) {
  const std::size_t count = std::min<std::uint64_t>(run_, values.size());
  values = values.first(count);
  if (raw_ || predictor_.isLevel()) {
    std::ranges::fill(values, value_);
  } else {
    Predictor predictor = predictor_;
    const double power = powerOfTen(scale_);
    for (double& value : values) {
      const std::uint64_t digits = predictor.expected();
      predictor.take(digits);
      value = static_cast<double>(static_cast<std::int64_t>(digits)) / power;
    }
    predictor_ = predictor;
    value_ = values.back();
  }
  run_ -= count;
  step(count);
  return count;
}

void ColumnReader::read(std::span<double> values) {
  while (!values.empty()) {
    std::size_t count = 0;
    if (run_ > 0) {
      count = readRun(values);
    } else if (!raw_) {
      count = readDigits(values);
    }
    if (count == 0) {
      if (!next()) throw DamagedColumn();
      values.front() = value_;
      count = 1;
    }
    values = values.subspan(count);
  }
}

void readTimes(std::span<const std::uint8_t> bytes, std::uint32_t positions,
               std::vector<std::int64_t>& times, std::vector<double>& values) {
  values.resize(positions);
  ColumnReader(bytes, positions).read(values);
  times.resize(positions);
  std::ranges::transform(values, times.begin(),
                         [](double time) { return static_cast<std::int64_t>(time); });
}

}  // namespace orchestrator_exporter::history
