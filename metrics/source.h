#pragma once

#include "metrics/sink.h"

namespace orchestrator_exporter {

// Has samples to give: a collector's readings of the kernel, a registry of recorded metrics, a set
// of pushed series. collect() may be called from any thread, by several at once unless the source
// says otherwise; it throws what keeps it from giving all of its samples, and those it gave before
// stay given.
class Source {
 public:
  virtual ~Source() = default;
  virtual void collect(Sink& out) = 0;
};

}  // namespace orchestrator_exporter
