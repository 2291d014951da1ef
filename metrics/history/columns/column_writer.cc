#include "metrics/history/columns/column_writer.h"

#include <bit>
#include <span>

#include "metrics/history/columns/column_format.h"
#include "metrics/history/columns/decimal.h"
#include "metrics/history/columns/varint.h"

namespace orchestrator_exporter::history {

namespace {

using namespace column_format;

// Looking for the scale of a value that has none takes as long as writing many.
constexpr std::uint8_t kRawBetweenTries = 8;

}  // namespace

// One token in the making.
class ColumnWriter::Token {
 public:
  void byte(std::uint8_t value) { *end_++ = value; }
  void varint(std::uint64_t value) { end_ = writeVarint(end_, value); }
  void escape(std::uint64_t what) {
    byte(kEscape);
    varint(what);
  }

  void run(std::uint32_t length) {
    if (length == 1) return byte(kExpected);
    if (length > 1) escape(kRunBase + length);
  }

  void difference(std::uint64_t difference) {
    if (difference == 0) return byte(kExpected);
    const int zeroBytes = std::countl_zero(difference) / 8;
    const int shift = std::countr_zero(difference) / 8 * 8;
    const int written = 8 - zeroBytes - shift / 8;
    byte(static_cast<std::uint8_t>(kFirstDifference + 8 * zeroBytes + written - 1));
    std::uint64_t rest = difference >> shift;
    for (int i = 0; i < written; ++i, rest >>= 8) byte(static_cast<std::uint8_t>(rest));
  }

  // A change of form with the first value in it.
  void integers(Decimal first) {
    escape(first.scale);
    varint(zigzag(static_cast<std::uint64_t>(first.digits)));
  }
  void raw(std::uint64_t bits, std::uint64_t before) {
    escape(kEscapeRaw);
    difference(bits ^ before);
  }

  std::span<const std::uint8_t> view() const { return {bytes_, end_}; }

 private:
  std::uint8_t bytes_[2 * kLongestVarint + 2];
  std::uint8_t* end_ = bytes_;
};

void ColumnWriter::put(const Token& token) { bytes_.append(token.view()); }

void ColumnWriter::putRun() {
  if (run_ == 0) return;
  Token token;
  token.run(run_);
  put(token);
  run_ = 0;
}

// Changes the form to the one that the value needs, with the value as its first.
void ColumnWriter::begin(double value, std::uint64_t bitsBefore) {
  Token token;
  if (const auto decimal = toDecimal(value)) {
    token.integers(*decimal);
    form_ = Form::kInteger;
    scale_ = static_cast<std::uint8_t>(decimal->scale);
    predictor_.start(static_cast<std::uint64_t>(decimal->digits));
  } else {
    token.raw(std::bit_cast<std::uint64_t>(value), bitsBefore);
    form_ = Form::kRaw;
    rawLeft_ = kRawBetweenTries;
  }
  put(token);
}

void ColumnWriter::leaveUniform() { begin(std::bit_cast<double>(bits_), 0); }

void ColumnWriter::append(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  ++positions_;
  if (form_ == Form::kEmpty) {
    form_ = Form::kUniform;
    bits_ = bits;
    return;
  }
  if (bits == bits_ && (form_ != Form::kInteger || predictor_.isLevel())) {
    ++run_;
    return;
  }
  if (form_ == Form::kUniform) leaveUniform();
  if (form_ == Form::kInteger) {
    appendInteger(value);
  } else {
    appendRaw(value);
  }
  bits_ = bits;
}

void ColumnWriter::appendInteger(double value) {
  const auto digits = digitsAt(value, scale_);
  if (!digits) {
    putRun();
    return begin(value, bits_);
  }
  const auto number = static_cast<std::uint64_t>(*digits);
  const std::uint64_t distance = number - predictor_.expected();
  predictor_.take(number);
  if (distance == 0) {
    ++run_;
    return;
  }
  putRun();
  Token token;
  token.varint(zigzag(distance) + 1);
  put(token);
}

void ColumnWriter::appendRaw(double value) {
  putRun();
  if (--rawLeft_ == 0 || digitsAt(value, scale_)) {
    rawLeft_ = kRawBetweenTries;
    if (toDecimal(value)) return begin(value, bits_);
  }
  Token token;
  token.difference(std::bit_cast<std::uint64_t>(value) ^ bits_);
  put(token);
}

void ColumnWriter::skip(std::uint32_t positions) {
  positions_ += positions;
  if (form_ == Form::kUniform) leaveUniform();
  putRun();
  Token token;
  token.escape(kEscapeSkip);
  token.varint(positions);
  put(token);
}

void ColumnWriter::write(std::vector<std::uint8_t>& out) const {
  const auto append = [&](std::span<const std::uint8_t> bytes) {
    out.insert(out.end(), bytes.begin(), bytes.end());
  };
  append(bytes_.view());
  if (form_ == Form::kUniform) {
    Token first;
    if (const auto decimal = toDecimal(std::bit_cast<double>(bits_))) {
      first.integers(*decimal);
    } else {
      first.raw(bits_, 0);
    }
    append(first.view());
  }
  Token last;
  last.run(run_);
  append(last.view());
}

void ColumnWriter::clear() {
  bytes_.clear();
  positions_ = 0;
  run_ = 0;
  scale_ = 0;
  form_ = Form::kEmpty;
}

}  // namespace orchestrator_exporter::history
