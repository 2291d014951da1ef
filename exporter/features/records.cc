#include "exporter/features/feature.h"
#include "http/ingest/ingest_door.h"
#include "http/ingest/records_endpoint.h"

// What orchestrators do, recorded over HTTP: POST /api/v1/records, and its families on /metrics.

namespace orchestrator_exporter {

namespace {

class Records final : public Feature {
 public:
  explicit Records(Parts& parts) {
    parts.recordsPath = "/api/v1/records";
    parts.router.add("POST", parts.recordsPath,
                     http::recordsEndpoint(parts.recorder, parts.ingest, parts.sampled),
                     {.access = http::Access::kWrite,
                      .takesGzip = true,
                      .refused = parts.ingest.refusals(http::kRecordsProtocol)});
    parts.ingest.statistics().countSeriesBy(
        http::kRecordsProtocol,
        [&families = parts.recorder.families()] { return families.seriesCount(); });
  }
};

const RegisterFeature records{{
    .name = "records",
    .flags = {switchFlag("ingest.records", true,
                         "Take records of orchestrators at POST /api/v1/records.")},
    .make = [](Parts& parts) -> std::unique_ptr<Feature> {
      if (!parts.flags.enabled("ingest.records")) return nullptr;
      return std::make_unique<Records>(parts);
    },
}};

}  // namespace

}  // namespace orchestrator_exporter
