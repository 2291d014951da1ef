#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "metrics/sample.h"
#include "metrics/snapshot.h"

namespace orchestrator_exporter::remote_write {

// The number of a type in MetricMetadata.MetricType of both protocols.
std::uint32_t metadataType(MetricType type);

// A request of 1.0 that tells of families alone.
struct MetadataRequest {
  std::size_t families = 0;
  std::string bytes = {};  // packed by snappy
};

// Type, help and unit of all families of a reading, in requests of at most `most` families.
std::vector<MetadataRequest> metadataRequests(const Snapshot& reading, std::size_t most);

}  // namespace orchestrator_exporter::remote_write
