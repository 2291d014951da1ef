#include "metrics/pushed/exponential_cell.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>
#include <vector>

#include "metrics/base/string_hash.h"
#include "metrics/label_text.h"

namespace orchestrator_exporter {
namespace {

using Run = ExponentialCounts::Run;

constexpr std::int32_t kCoarsestNative = -4;

// The exponent of the power of two that bucket `index` reaches up to.
std::int64_t exponentOf(std::int64_t index, std::int32_t scale) {
  if (scale >= 0) return (index >> scale) + 1;
  return scale < -16 ? (index < 0 ? 0 : 1 << 16) : (index + 1) * (std::int64_t{1} << -scale);
}

double powerOfTwo(std::int64_t exponent) {
  constexpr std::int64_t kFar = 5'000;  // beyond every double
  return std::ldexp(1.0, static_cast<int>(std::clamp(exponent, -kFar, kFar)));
}

// The least power of two that is not below a positive value.
double powerAbove(double value) {
  int exponent = 0;
  const double fraction = std::frexp(value, &exponent);
  return std::ldexp(1.0, fraction == 0.5 ? exponent - 1 : exponent);
}

void appendPositive(const Run& run, std::int32_t scale, std::uint64_t& cumulative,
                    std::vector<Bucket>& out) {
  for (std::size_t i = 0; i < run.counts.size(); ++i) {
    if (run.counts[i] == 0) continue;
    cumulative += run.counts[i];
    const double bound = powerOfTwo(exponentOf(run.begin + static_cast<std::int64_t>(i), scale));
    if (!std::isfinite(bound)) continue;
    if (!out.empty() && out.back().upperBound >= bound) {
      out.back().cumulativeCount = cumulative;
    } else {
      out.push_back({bound, cumulative, nullptr});
    }
  }
}

// From the most negative on; a bucket of [-2^b, -2^a) reaches up to -2^a.
void appendNegative(const Run& run, std::int32_t scale, std::uint64_t& cumulative,
                    std::vector<Bucket>& out) {
  for (std::size_t i = run.counts.size(); i-- > 0;) {
    if (run.counts[i] == 0) continue;
    cumulative += run.counts[i];
    const std::int64_t below = run.begin + static_cast<std::int64_t>(i) - 1;
    double bound =
        -powerOfTwo(scale >= 0 ? exponentOf(below + 1, scale) - 1 : exponentOf(below, scale));
    if (bound == 0) bound = 0;  // and not -0
    if (!std::isfinite(bound)) continue;
    if (!out.empty() && out.back().upperBound >= bound) {
      out.back().cumulativeCount = cumulative;
    } else {
      out.push_back({bound, cumulative, nullptr});
    }
  }
}

std::vector<Bucket> classicBuckets(const ExponentialCounts& counts) {
  std::vector<Bucket> buckets;
  std::uint64_t cumulative = 0;
  appendNegative(counts.negative(), counts.scale(), cumulative, buckets);
  if (counts.zeroCount() > 0) {
    cumulative += counts.zeroCount();
    if (!buckets.empty() && buckets.back().upperBound >= counts.zeroThreshold()) {
      buckets.back().cumulativeCount = cumulative;
    } else {
      buckets.push_back({counts.zeroThreshold(), cumulative, nullptr});
    }
  }
  appendPositive(counts.positive(), counts.scale(), cumulative, buckets);
  return buckets;
}

// One run as spans and differences; Prometheus counts buckets by their upper bound, so one higher.
struct NativeSide {
  explicit NativeSide(const Run& run) {
    if (run.counts.empty()) return;
    spans.push_back(
        {static_cast<std::int32_t>(run.begin + 1), static_cast<std::uint32_t>(run.counts.size())});
    std::int64_t before = 0;
    for (const std::uint64_t count : run.counts) {
      deltas.push_back(static_cast<std::int64_t>(count) - before);
      before = static_cast<std::int64_t>(count);
    }
  }

  std::vector<NativeSpan> spans;
  std::vector<std::int64_t> deltas;
};

}  // namespace

std::uint64_t ExponentialCell::print(const Point& point) {
  std::uint64_t print = mixWords(point.count, std::bit_cast<std::uint64_t>(point.sum));
  for (const ExponentialRun& run : {point.positive, point.negative}) {
    print = mixWords(print ^ static_cast<std::uint32_t>(run.offset), 0x243F6A8885A308D3u);
    for (const std::uint64_t count : run.counts) {
      print = mixWords(print ^ count, 0x9E3779B97F4A7C15u);
    }
  }
  return print;
}

void ExponentialCell::set(const Point& point) {
  *this = {};
  add(point);
}

Taken ExponentialCell::add(const Point& point) {
  counts_.add(ExponentialCounts(point));
  count_ += point.count;
  sum_ += point.sum;
  keep(point);
  return {.value = point.sum, .count = point.count};
}

Taken ExponentialCell::grow(const Point& point, Memory& last, bool first) {
  ExponentialCounts now(point);
  const bool restarted =
      first || last.counts == nullptr || point.count < last.count || !now.covers(*last.counts);
  const std::uint64_t countBefore = restarted ? 0 : last.count;
  const double sumBefore = restarted ? 0 : last.sum;
  if (!restarted) counts_.subtract(*last.counts);
  counts_.add(now);
  count_ += point.count - countBefore;
  sum_ = sum_ == sumBefore ? point.sum : sum_ + (point.sum - sumBefore);
  last.count = point.count;
  last.sum = point.sum;
  last.counts = std::make_unique<ExponentialCounts>(std::move(now));
  keep(point);
  return {.value = point.sum - sumBefore, .count = point.count - countBefore};
}

void ExponentialCell::keep(const Point& point) {
  constexpr std::size_t kMost = 64;
  for (const PushedExemplar& exemplar : point.exemplars) {
    if (!(exemplar.value > 0) || std::isinf(exemplar.value)) continue;
    if (exemplars_ == nullptr) exemplars_ = std::make_unique<Exemplars>();
    const double power = powerAbove(exemplar.value);
    if (exemplars_->size() < kMost || exemplars_->contains(power)) {
      (*exemplars_)[power].keep(exemplar);
    }
  }
}

void ExponentialCell::give(FamilySink& sink, const SharedLabels& labels) const {
  std::vector<Bucket> buckets = classicBuckets(counts_);
  if (exemplars_ != nullptr) {
    for (const auto& [power, exemplar] : *exemplars_) {
      const auto reaches = [&](const Bucket& bucket) { return bucket.upperBound >= power; };
      const auto bucket = std::find_if(buckets.begin(), buckets.end(), reaches);
      if (bucket != buckets.end()) bucket->exemplar = exemplar.shown();
    }
  }
  const NativeSide positive(counts_.positive());
  const NativeSide negative(counts_.negative());
  NativeBuckets native;
  native.schema = counts_.scale();
  native.zeroThreshold = counts_.zeroThreshold();
  native.zeroCount = counts_.zeroCount();
  native.positiveSpans = positive.spans;
  native.positiveDeltas = positive.deltas;
  native.negativeSpans = negative.spans;
  native.negativeDeltas = negative.deltas;
  const ParsedLabels parsed(labels.text());
  sink.histogram({buckets, count_, sum_, labels.created(),
                  counts_.scale() >= kCoarsestNative ? &native : nullptr},
                 parsed.view());
}

}  // namespace orchestrator_exporter
