#pragma once

#include "metrics/recording/record.h"
#include "metrics/registry/metrics_registry.h"

namespace orchestrator_exporter {

// Counts refused records in metrics_collector_rejected_updates_total{reason}, one family for all
// who record into one registry. A reason has a series from its first rejection on. Thread-safe.
class Rejections {
 public:
  explicit Rejections(MetricsRegistry& registry)
      : family_(registry.counter("metrics_collector_rejected_updates_total",
                                 "Records that changed nothing, by what was wrong with them.",
                                 {"reason"})) {}

  void count(Rejection rejection) const {
    family_.with({kRejectionNames[static_cast<std::size_t>(rejection)]}).add();
  }

 private:
  Counters family_;
};

}  // namespace orchestrator_exporter
