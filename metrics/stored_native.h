#pragma once

#include <cstdint>
#include <vector>

#include "metrics/sample.h"

namespace orchestrator_exporter {

// Native buckets with their spans and deltas, which a NativeBuckets only points at.
struct StoredNative {
  StoredNative() = default;
  explicit StoredNative(const NativeBuckets& given)
      : buckets(given),
        positiveSpans(given.positiveSpans.begin(), given.positiveSpans.end()),
        positiveDeltas(given.positiveDeltas.begin(), given.positiveDeltas.end()),
        negativeSpans(given.negativeSpans.begin(), given.negativeSpans.end()),
        negativeDeltas(given.negativeDeltas.begin(), given.negativeDeltas.end()) {}

  // Points at what is stored here.
  NativeBuckets view() const {
    NativeBuckets shown = buckets;
    shown.positiveSpans = positiveSpans;
    shown.positiveDeltas = positiveDeltas;
    shown.negativeSpans = negativeSpans;
    shown.negativeDeltas = negativeDeltas;
    return shown;
  }

  NativeBuckets buckets = {};  // its spans and deltas mean nothing
  std::vector<NativeSpan> positiveSpans = {};
  std::vector<std::int64_t> positiveDeltas = {};
  std::vector<NativeSpan> negativeSpans = {};
  std::vector<std::int64_t> negativeDeltas = {};
};

}  // namespace orchestrator_exporter
