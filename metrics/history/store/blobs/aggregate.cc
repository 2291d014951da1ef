#include "metrics/history/store/blobs/aggregate.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "metrics/history.h"
#include "metrics/history/columns/column_reader.h"
#include "metrics/history/columns/column_writer.h"
#include "metrics/history/columns/decimal.h"
#include "metrics/history/columns/varint.h"

namespace orchestrator_exporter::history {

namespace {

constexpr int kTooManyDecimals = -1;

// A sum of short decimals is one itself, whatever binary fractions added to it.
double rounded(double sum, int scale) {
  if (scale == kTooManyDecimals) return sum;
  const double digits = std::round(sum * std::pow(10, scale));
  constexpr double kExact = 9007199254740992.0;  // 2^53
  if (!(std::fabs(digits) < kExact)) return sum;
  return toDouble({static_cast<std::int64_t>(digits), static_cast<unsigned>(scale)});
}

// What is left out of a chunk.
enum Omitted : std::uint8_t { kSum = 1, kMin = 2, kMax = 4, kLost = 8 };

bool isSame(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

struct Part {
  double Aggregate::*value;
  std::uint8_t omitted;  // 0 for what is always there
  double (*omittedValue)(const Aggregate&);
};

constexpr Part kParts[] = {
    {&Aggregate::count, 0, nullptr},
    {&Aggregate::last, 0, nullptr},
    {&Aggregate::sum, kSum, [](const Aggregate& of) { return of.count * of.last; }},
    {&Aggregate::min, kMin, [](const Aggregate& of) { return of.last; }},
    {&Aggregate::max, kMax, [](const Aggregate& of) { return of.last; }},
    {&Aggregate::lost, kLost, [](const Aggregate&) { return 0.0; }},
};

bool canOmit(const Part& part, const Aggregates& steps) {
  return part.omitted != 0 && std::ranges::all_of(steps, [&](const auto& step) {
           return !step || isSame((*step).*part.value, part.omittedValue(*step));
         });
}

void writePart(const Part& part, const Aggregates& steps, Bytes& out) {
  ColumnWriter column;
  std::uint32_t skipped = 0;
  for (const auto& step : steps) {
    if (!step) {
      ++skipped;
      continue;
    }
    if (skipped > 0) column.skip(skipped);
    skipped = 0;
    column.append((*step).*part.value);
  }
  Bytes bytes;
  column.write(bytes);
  std::uint8_t size[kLongestVarint];
  out.insert(out.end(), size, writeVarint(size, bytes.size()));
  out.insert(out.end(), bytes.begin(), bytes.end());
}

}  // namespace

// Takes note of the decimals of a value that it adds to; null before the first step.
Aggregate* StepAggregator::stepOf(std::int64_t time, double value) {
  if (time <= begin_) return nullptr;
  const std::size_t number = numberOf(time);
  noteDecimals(scales_[number], value);
  auto& step = steps_[number];
  if (!step) step.emplace();
  return &*step;
}

void StepAggregator::noteDecimals(int& scale, double value) {
  if (scale == kTooManyDecimals || digitsAt(value, static_cast<unsigned>(scale))) return;
  const auto decimal = toDecimal(value);
  scale = decimal ? std::max(scale, static_cast<int>(decimal->scale)) : kTooManyDecimals;
}

void StepAggregator::add(std::int64_t time, double value) {
  if (isSame(value, std::bit_cast<double>(kStaleBits))) return;
  if (Aggregate* const step = stepOf(time, value)) {
    const bool isFirst = step->count == 0;
    ++step->count;
    step->sum += value;
    // A comparison with NaN is false: it goes as soon as there is a number.
    if (isFirst || value < step->min || std::isnan(step->min)) step->min = value;
    if (isFirst || value > step->max || std::isnan(step->max)) step->max = value;
    step->last = value;
    if (before_ && value < *before_) {
      step->lost += *before_;
      noteDecimals(scales_[numberOf(time)], *before_);
    }
  }
  before_ = value;
}

void StepAggregator::add(std::int64_t time, const Aggregate& finer) {
  Aggregate* const step = stepOf(time, finer.sum);
  if (step == nullptr) return;
  const bool isFirst = step->count == 0;
  step->count += finer.count;
  step->sum += finer.sum;
  if (isFirst || finer.min < step->min || std::isnan(step->min)) step->min = finer.min;
  if (isFirst || finer.max > step->max || std::isnan(step->max)) step->max = finer.max;
  step->last = finer.last;
  step->lost += finer.lost;
  noteDecimals(scales_[numberOf(time)], finer.lost);
}

Aggregates StepAggregator::finish() {
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    if (!steps_[i]) continue;
    steps_[i]->sum = rounded(steps_[i]->sum, scales_[i]);
    steps_[i]->lost = rounded(steps_[i]->lost, scales_[i]);
  }
  return std::move(steps_);
}

void writeAggregates(const Aggregates& steps, Bytes& out) {
  std::uint8_t omitted = 0;
  for (const Part& part : kParts) {
    if (canOmit(part, steps)) omitted |= part.omitted;
  }
  out.push_back(omitted);
  for (const Part& part : kParts) {
    if ((omitted & part.omitted) == 0) writePart(part, steps, out);
  }
}

Aggregates readAggregates(std::span<const std::uint8_t> content, std::uint32_t positions) {
  ByteReader from(content);
  const std::uint8_t omitted = from.byte();
  Aggregates steps(positions);
  for (const Part& part : kParts) {
    if ((omitted & part.omitted) != 0) {
      for (auto& step : steps) {
        if (step) (*step).*part.value = part.omittedValue(*step);
      }
      continue;
    }
    ColumnReader column(from.bytes(from.varint()), positions);
    while (column.next()) {
      auto& step = steps[column.position()];
      if (!step) step.emplace();
      (*step).*part.value = column.value();
    }
  }
  return steps;
}

}  // namespace orchestrator_exporter::history
