#include "metrics/history/columns/histogram_column.h"

#include <algorithm>
#include <array>
#include <bit>

#include "metrics/history/columns/decimal.h"
#include "metrics/history/columns/varint.h"

namespace orchestrator_exporter::history {

namespace {

constexpr std::uint8_t kHintBits = 3;
constexpr std::uint8_t kSameLayout = 4;
// In the lowest bit of a number's first varint.
constexpr std::uint64_t kAsBits = 1;

bool haveSameIndices(const FloatHistogram::Buckets& a, const FloatHistogram::Buckets& b) {
  return std::ranges::equal(a, b, {}, &FloatHistogram::Bucket::index,
                            &FloatHistogram::Bucket::index);
}

bool haveSameLayout(const FloatHistogram& a, const FloatHistogram& b) {
  return a.schema == b.schema &&
         std::bit_cast<std::uint64_t>(a.zeroThreshold) ==
             std::bit_cast<std::uint64_t>(b.zeroThreshold) &&
         haveSameIndices(a.positive, b.positive) && haveSameIndices(a.negative, b.negative) &&
         a.customBounds == b.customBounds;
}

std::uint64_t zigzagOf(std::int64_t number) { return zigzag(static_cast<std::uint64_t>(number)); }

}  // namespace

void HistogramWriter::append(const FloatHistogram& histogram) {
  const bool isSame = count_ > 0 && haveSameLayout(histogram, before_);
  bytes_.push_back(static_cast<std::uint8_t>(static_cast<unsigned>(histogram.hint) |
                                             (isSame ? kSameLayout : 0U)));
  if (!isSame) {
    layout(histogram);
    before_ = {};
    before_.positive.resize(histogram.positive.size());
    before_.negative.resize(histogram.negative.size());
  }
  number(histogram.count, before_.count);
  number(histogram.sum, before_.sum);
  number(histogram.zeroCount, before_.zeroCount);
  counts(histogram.positive, before_.positive);
  counts(histogram.negative, before_.negative);
  before_ = histogram;
  ++count_;
}

void HistogramWriter::clear() {
  bytes_.clear();
  before_ = {};
  count_ = 0;
}

void HistogramWriter::varint(std::uint64_t number) {
  std::array<std::uint8_t, kLongestVarint> bytes;
  bytes_.insert(bytes_.end(), bytes.data(), writeVarint(bytes.data(), number));
}

void HistogramWriter::bits(double number) {
  const auto all = std::bit_cast<std::array<std::uint8_t, sizeof number>>(number);
  bytes_.insert(bytes_.end(), all.begin(), all.end());
}

void HistogramWriter::number(double number, double before) {
  const auto digits = digitsAt(number, 0);
  const auto digitsBefore = digitsAt(before, 0);
  if (digits && digitsBefore) {
    varint(zigzagOf(*digits - *digitsBefore) << 1);
  } else {
    varint(kAsBits);
    bits(number);
  }
}

void HistogramWriter::indices(const FloatHistogram::Buckets& buckets) {
  varint(buckets.size());
  std::int64_t before = 0;
  for (const FloatHistogram::Bucket& bucket : buckets) {
    varint(zigzagOf(bucket.index - before));
    before = bucket.index;
  }
}

void HistogramWriter::layout(const FloatHistogram& histogram) {
  varint(zigzagOf(histogram.schema));
  bits(histogram.zeroThreshold);
  indices(histogram.positive);
  indices(histogram.negative);
  varint(histogram.customBounds.size());
  for (const double bound : histogram.customBounds) bits(bound);
}

void HistogramWriter::counts(const FloatHistogram::Buckets& buckets,
                             const FloatHistogram::Buckets& before) {
  for (std::size_t i = 0; i < buckets.size(); ++i) number(buckets[i].count, before[i].count);
}

const FloatHistogram& HistogramReader::next() {
  const std::uint8_t head = bytes_.byte();
  if ((head & kSameLayout) == 0) layout();
  histogram_.hint = static_cast<FloatHistogram::Hint>(head & kHintBits);
  histogram_.count = number(histogram_.count);
  histogram_.sum = number(histogram_.sum);
  histogram_.zeroCount = number(histogram_.zeroCount);
  for (FloatHistogram::Buckets* buckets : {&histogram_.positive, &histogram_.negative}) {
    for (FloatHistogram::Bucket& bucket : *buckets) bucket.count = number(bucket.count);
  }
  return histogram_;
}

double HistogramReader::bits() {
  std::array<std::uint8_t, sizeof(double)> all;
  std::ranges::copy(bytes_.bytes(all.size()), all.begin());
  return std::bit_cast<double>(all);
}

double HistogramReader::number(double before) {
  const std::uint64_t token = bytes_.varint();
  if (token == kAsBits) return bits();
  const auto digits = digitsAt(before, 0);
  if (!digits || (token & kAsBits) != 0) throw DamagedColumn();
  return static_cast<double>(
      static_cast<std::int64_t>(static_cast<std::uint64_t>(*digits) + unzigzag(token >> 1)));
}

void HistogramReader::indices(FloatHistogram::Buckets& buckets) {
  const std::uint64_t count = bytes_.varint();
  // Each takes a byte at least.
  if (count > bytes_.rest().size()) throw DamagedColumn();
  buckets.assign(count, {});
  std::uint64_t index = 0;
  for (FloatHistogram::Bucket& bucket : buckets) {
    index += unzigzag(bytes_.varint());
    bucket.index = static_cast<std::int32_t>(index);
  }
}

void HistogramReader::layout() {
  histogram_ = {};
  histogram_.schema = static_cast<std::int32_t>(unzigzag(bytes_.varint()));
  histogram_.zeroThreshold = bits();
  indices(histogram_.positive);
  indices(histogram_.negative);
  const std::uint64_t bounds = bytes_.varint();
  if (bounds > bytes_.rest().size()) throw DamagedColumn();
  histogram_.customBounds.resize(bounds);
  for (double& bound : histogram_.customBounds) bound = bits();
}

}  // namespace orchestrator_exporter::history
