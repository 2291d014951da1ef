#pragma once

#include <cstdint>

#include "metrics/sink.h"

namespace orchestrator_exporter::history {

// Gives the histogram h with so many observations, all of them in one native bucket.
inline void giveNative(Sink& out, std::uint64_t count, double sum) {
  const NativeSpan span{2, 1};
  const auto delta = static_cast<std::int64_t>(count);
  NativeBuckets native;
  native.positiveSpans = {&span, 1};
  native.positiveDeltas = {&delta, 1};
  HistogramValue value;
  value.count = count;
  value.sum = sum;
  value.native = &native;
  out.histogram("h", "H.").add(value);
}

}  // namespace orchestrator_exporter::history
