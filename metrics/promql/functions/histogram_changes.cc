#include "metrics/promql/functions/histogram_changes.h"

#include <algorithm>
#include <optional>

#include "metrics/promql/syntax/literals.h"
#include "metrics/promql/values/histogram_arithmetic.h"

namespace orchestrator_exporter::promql {

namespace {

using Hint = FloatHistogram::Hint;

bool isGauge(const FloatHistogram& histogram) { return histogram.hint == Hint::kGauge; }

void warnNotCounter(const RangeCall& call) {
  call.annotations.warn("this native histogram metric is not a counter: " + quote(call.metricName),
                        call.position());
}

void warn(Mismatch mismatch, const RangeCall& call) {
  call.annotations.warn(mismatchText(mismatch, call.metricName), call.position());
}

// The last less the first, at a schema.
std::shared_ptr<FloatHistogram> difference(const FloatHistogram& last, const FloatHistogram& first,
                                           std::int32_t schema, const RangeCall& call) {
  auto change = std::make_shared<FloatHistogram>(last);
  reduceTo(*change, schema);
  if (const auto mismatch = subtract(*change, first)) {
    warn(*mismatch, call);
    return nullptr;
  }
  change->hint = Hint::kGauge;
  return change;
}

// What the sample after a reset is compared with: nothing observed, in its own layout.
FloatHistogram nothingLike(const FloatHistogram& histogram) {
  FloatHistogram nothing;
  nothing.schema = histogram.schema;
  nothing.customBounds = histogram.customBounds;
  return nothing;
}

}  // namespace

std::shared_ptr<FloatHistogram> changeOfCounter(std::span<const HistogramPointer> histograms,
                                                const RangeCall& call) {
  if (std::ranges::any_of(histograms, [](const auto& one) { return isGauge(*one); })) {
    warnNotCounter(call);
  }
  // A first sample before a reset says nothing, whatever its layout is.
  const bool beginsWithReset = isResetAfter(*histograms[1], *histograms[0]);
  const FloatHistogram nothing = beginsWithReset ? nothingLike(*histograms[1]) : FloatHistogram();
  const FloatHistogram* before = beginsWithReset ? &nothing : histograms[0].get();
  std::int32_t schema = before->schema;
  for (const HistogramPointer& one : histograms.subspan(1)) {
    if (one->hasCustomBounds() != before->hasCustomBounds()) {
      warn(Mismatch::kKinds, call);
      return nullptr;
    }
    schema = std::min(schema, one->schema);
  }
  auto change = difference(*histograms.back(), *before, schema, call);
  if (change == nullptr) return nullptr;
  for (const HistogramPointer& one : histograms.subspan(1)) {
    if (isResetAfter(*one, *before)) {
      if (const auto mismatch = add(*change, *before)) {
        warn(*mismatch, call);
        return nullptr;
      }
    }
    before = one.get();
  }
  return change;
}

std::shared_ptr<FloatHistogram> changeOfGauge(std::span<const HistogramPointer> histograms,
                                              const RangeCall& call) {
  const FloatHistogram& first = *histograms.front();
  const FloatHistogram& last = *histograms.back();
  auto change = difference(last, first, std::min(first.schema, last.schema), call);
  if (change != nullptr) warnOfHints(first, last, false, call);
  return change;
}

void warnOfHints(const FloatHistogram& first, const FloatHistogram& last, bool asCounter,
                 const RangeCall& call) {
  if (asCounter && (isGauge(first) || isGauge(last))) warnNotCounter(call);
  if (!asCounter && (!isGauge(first) || !isGauge(last))) {
    call.annotations.warn("this native histogram metric is not a gauge: " + quote(call.metricName),
                          call.position());
  }
}

}  // namespace orchestrator_exporter::promql
