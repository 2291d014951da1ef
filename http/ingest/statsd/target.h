#pragma once

#include <cstdint>
#include <memory>

#include "http/ingest/statsd/distinct_values.h"
#include "http/ingest/statsd/line.h"
#include "http/ingest/statsd/mapper.h"
#include "http/ingest/statsd/statistics.h"
#include "metrics/pushed/pushed_metrics.h"

namespace orchestrator_exporter::http::statsd {

// Where the samples of one name, type and set of tags go. For one thread.
class Target {
 public:
  virtual ~Target() = default;
  // Brings a sample of the type that it was made for.
  virtual PushResult take(const Sample& sample) = 0;
};

// What targets are made of; outlives them.
struct TargetParts {
  PushedMetrics& pushed;
  Statistics& statistics;
  DistinctValues& distinct;
};

MetricKind kindOf(SampleType type);

// The target of what was mapped; null, and counted in the statistics, if it cannot be one: its
// family has another type, or its labels are refused. `mappings` has what no mapping says.
std::unique_ptr<Target> makeTarget(const TargetParts& parts, const Mapped& mapped, SampleType type,
                                   const Mappings& mappings);

}  // namespace orchestrator_exporter::http::statsd
