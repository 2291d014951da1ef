#include "metrics/registry/native_counts.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace orchestrator_exporter {

namespace {

constexpr std::int32_t kFinestSchema = 3;
constexpr std::int32_t kCoarsestSchema = -4;
constexpr std::int32_t kBucketsPerOctave = 1 << kFinestSchema;
constexpr double kZeroThreshold = 0x1p-128;  // what other clients take

// Lower bounds of the buckets of [0.5, 1).
const std::array<double, kBucketsPerOctave>& fractions() {
  static const auto table = [] {
    std::array<double, kBucketsPerOctave> bounds{};
    for (std::int32_t i = 0; i < kBucketsPerOctave; ++i) {
      bounds[static_cast<std::size_t>(i)] =
          std::exp2(static_cast<double>(i) / kBucketsPerOctave - 1);
    }
    return bounds;
  }();
  return table;
}

// The bucket of half the resolution that holds bucket `index`: i goes to the ceiling of i/2.
std::int32_t halved(std::int32_t index) { return (index + 1) >> 1; }

}  // namespace

// Bucket i holds (2^((i-1)/8), 2^(i/8)] at the finest schema; coarser ones follow by halving.
std::int32_t NativeCounts::indexOf(double magnitude) const {
  int exponent = 0;
  const double fraction = std::frexp(magnitude, &exponent);
  const auto& table = fractions();
  const auto step = std::lower_bound(table.begin(), table.end(), fraction) - table.begin();
  std::int32_t index = (exponent - 1) * kBucketsPerOctave + static_cast<std::int32_t>(step);
  for (std::int32_t schema = kFinestSchema; schema > schema_; --schema) index = halved(index);
  return index;
}

void NativeCounts::observe(double value) {
  const double magnitude = std::abs(value);
  if (magnitude <= kZeroThreshold) {
    ++zeroCount_;
    return;
  }
  (value > 0 ? positive_ : negative_).add(indexOf(magnitude));
  while (positive_.counts.size() + negative_.counts.size() > kMostBuckets &&
         schema_ > kCoarsestSchema) {
    --schema_;
    positive_.halve();
    negative_.halve();
  }
}

void NativeCounts::Side::add(std::int32_t index) {
  const auto at = std::lower_bound(counts.begin(), counts.end(), index,
                                   [](const Count& c, std::int32_t i) { return c.index < i; });
  if (at != counts.end() && at->index == index) {
    ++at->count;
  } else {
    counts.insert(at, {index, 1});
  }
}

void NativeCounts::Side::halve() {
  std::vector<Count> merged;
  for (const Count& count : counts) {
    const std::int32_t index = halved(count.index);
    if (!merged.empty() && merged.back().index == index) {
      merged.back().count += count.count;
    } else {
      merged.push_back({index, count.count});
    }
  }
  counts = std::move(merged);
}

void NativeCounts::Side::encode() {
  spans.clear();
  deltas.clear();
  std::int32_t next = 0;
  std::int64_t before = 0;
  for (const Count& count : counts) {
    if (spans.empty() || count.index != next) {
      spans.push_back({spans.empty() ? count.index : count.index - next, 0});
    }
    ++spans.back().length;
    next = count.index + 1;
    deltas.push_back(static_cast<std::int64_t>(count.count) - before);
    before = static_cast<std::int64_t>(count.count);
  }
}

NativeBuckets NativeCounts::buckets() {
  positive_.encode();
  negative_.encode();
  return {schema_,          kZeroThreshold,  zeroCount_,      positive_.spans,
          positive_.deltas, negative_.spans, negative_.deltas};
}

}  // namespace orchestrator_exporter
