#include "http/ingest/records_endpoint.h"

#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>
#include <vector>

#include "http/ingest/json_endpoint.h"
#include "http/ingest/record_batch.h"

namespace orchestrator_exporter::http {

namespace {

struct Counts {
  std::size_t accepted = 0;
  std::size_t rejected = 0;
};

// Takes out the observations that are not to be recorded. Returns how many these are.
std::size_t letGo(std::vector<CheckedRecord>& records, const SampledObservation& sampled) {
  constexpr double kMillisecondsOfSecond = 1000;
  return std::erase_if(records, [&](const CheckedRecord& checked) {
    const Record& record = checked.get();
    return record.type == RecordType::kMessageLatency &&
           !sampled("orchestrator_message_latency_seconds", record.number / kMillisecondsOfSecond);
  });
}

// Throws HttpError with what is wrong.
Counts take(std::string_view body, MetricsCollector& collector, const SampledObservation& sampled) {
  RecordBatch batch = parseRecordBatch(body, collector.maxIdentifierLength());
  if (!batch.error.empty()) throw HttpError(400, batch.error);
  const std::size_t unrecorded = sampled ? letGo(batch.records, sampled) : 0;
  const auto accepted = collector.apply(batch.records);
  if (!accepted) throw HttpError(503, "the exporter is shutting down");
  return {*accepted + unrecorded, batch.records.size() - *accepted};
}

}  // namespace

Endpoint recordsEndpoint(MetricsCollector& collector, IngestDoor& door,
                         SampledObservation sampled) {
  return jsonEndpoint(door, kRecordsProtocol,
                      [&collector, &door, sampled = std::move(sampled)](std::string_view json) {
                        const Counts counts = take(json, collector, sampled);
                        door.statistics().countPoints(
                            kRecordsProtocol,
                            {.accepted = counts.accepted, .rejected = counts.rejected});
                        nlohmann::json body = {{"accepted", counts.accepted}};
                        if (counts.rejected != 0) body["rejected"] = counts.rejected;
                        return body;
                      });
}

}  // namespace orchestrator_exporter::http
