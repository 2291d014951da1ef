#include "metrics/history/columns/column_reader.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <type_traits>

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

namespace {

template <typename Number>
Number to(double value) {
  constexpr double kEnd = 9223372036854775808.0;  // 2^63
  if constexpr (std::is_integral_v<Number>) {
    if (!(std::fabs(value) < kEnd)) throw DamagedColumn();
  }
  return static_cast<Number>(value);
}

// The numbers of a row of digits; most are whole and stand for themselves.
template <typename Number>
class Scale {
 public:
  explicit Scale(unsigned scale) : isWhole_(scale == 0), power_(powerOfTen(scale)) {}

  Number operator()(std::uint64_t digits) const {
    const auto number = static_cast<std::int64_t>(digits);
    if (isWhole_) return static_cast<Number>(number);
    return to<Number>(static_cast<double>(number) / power_);
  }

 private:
  const bool isWhole_;
  const double power_;
};

}  // namespace

// Copies of what changes with each number, which the compiler so keeps in registers.
template <typename Number>
std::size_t ColumnReader::readDigits(std::span<Number> values) {
  ByteReader bytes = bytes_;
  Predictor predictor = predictor_;
  const Scale<Number> scaled(scale_);
  std::size_t count = 0;
  std::uint64_t digits = 0;
  while (count < values.size() && !bytes.atEnd() && bytes.peek() != kEscape) {
    digits = predictor.expected() + unzigzag(bytes.varint() - 1);
    predictor.take(digits);
    values[count++] = scaled(digits);
  }
  if (count == 0) return 0;
  bytes_ = bytes;
  predictor_ = predictor;
  value_ = toDouble({static_cast<std::int64_t>(digits), scale_});
  step(count);
  return count;
}

template <typename Number>
std::size_t ColumnReader::readRun(std::span<Number> values) {
  const std::size_t count = std::min<std::uint64_t>(run_, values.size());
  values = values.first(count);
  if (raw_ || predictor_.isLevel()) {
    std::ranges::fill(values, to<Number>(value_));
  } else {
    const Scale<Number> scaled(scale_);
    std::uint64_t digits = predictor_.expected();
    const std::uint64_t slope = predictor_.takeExpected(count);
    value_ = toDouble({static_cast<std::int64_t>(digits + slope * (count - 1)), scale_});
    for (Number& value : values) {
      value = scaled(digits);
      digits += slope;
    }
  }
  run_ -= count;
  step(count);
  return count;
}

template <typename Number>
void ColumnReader::readAll(std::span<Number> values) {
  while (!values.empty()) {
    std::size_t count = 0;
    if (run_ > 0) {
      count = readRun(values);
    } else if (!raw_) {
      count = readDigits(values);
    }
    if (count == 0) {
      if (!next()) throw DamagedColumn();
      values.front() = to<Number>(value_);
      count = 1;
    }
    values = values.subspan(count);
  }
}

void ColumnReader::read(std::span<double> values) { readAll(values); }
void ColumnReader::read(std::span<std::int64_t> values) { readAll(values); }

}  // namespace orchestrator_exporter::history
