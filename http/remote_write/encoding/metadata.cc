#include "http/remote_write/encoding/metadata.h"

#include "http/remote_write/encoding/snappy.h"
#include "http/remote_write/encoding/wire.h"
#include "metrics/history/families.h"

namespace orchestrator_exporter::remote_write {

namespace {

// prompb.MetricMetadata
std::string encoded(const MetricMetadata& family) {
  std::string message;
  wire::addNumber(message, 1, metadataType(family.type));
  wire::addBytes(message, 2, family.family);
  if (!family.help.empty()) wire::addBytes(message, 4, family.help);
  if (!family.unit.empty()) wire::addBytes(message, 5, family.unit);
  return message;
}

}  // namespace

std::uint32_t metadataType(MetricType type) {
  switch (type) {
    case MetricType::kUntyped:
      return 0;
    case MetricType::kCounter:
      return 1;
    case MetricType::kGauge:
      return 2;
    case MetricType::kHistogram:
      return 3;
    case MetricType::kSummary:
      return 5;
    case MetricType::kInfo:
      return 6;
    case MetricType::kStateSet:
      return 7;
  }
  return 0;
}

std::vector<MetadataRequest> metadataRequests(const Snapshot& reading, std::size_t most) {
  std::vector<MetadataRequest> requests;
  std::string request;
  std::size_t families = 0;
  const auto close = [&] {
    if (families == 0) return;
    requests.push_back({families, packed(request)});
    request.clear();
    families = 0;
  };
  for (const MetricMetadata& family : history::metadataOf(reading)) {
    wire::addBytes(request, 3, encoded(family));
    if (++families == most) close();
  }
  close();
  return requests;
}

}  // namespace orchestrator_exporter::remote_write
