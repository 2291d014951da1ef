#include "http/ingest/records_endpoint.h"

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/ingest/record_batch.h"
#include "http/server/header_value.h"
#include "metrics/base/errors.h"

namespace orchestrator_exporter::http {

namespace {

constexpr std::size_t kLargestBody = std::size_t{1} << 20;

Response answer(int status, const nlohmann::json& body) {
  Response response;
  response.status = status;
  response.contentType = "application/json";
  response.body = body.dump() + "\n";
  return response;
}

bool isJson(const Request& request) {
  return equalIgnoringCase(mediaType(request.header("Content-Type").value_or("")),
                           "application/json");
}

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

// Throws HttpError with what is wrong, and ParseError for a body whose gzip is invalid.
Counts take(const Request& request, MetricsCollector& collector, const IngestDoor& door,
            const SampledObservation& sampled) {
  if (!isJson(request)) throw HttpError(415, "expected the content type application/json");
  std::string unpacked;
  const std::string_view body = door.bodyOf(request, unpacked);
  if (body.size() > kLargestBody) {
    throw HttpError(413, "expected at most " + std::to_string(kLargestBody) + " bytes");
  }
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
  return [&collector, &door, sampled = std::move(sampled)](const Request& request) {
    const auto begun = std::chrono::steady_clock::now();
    const auto refuse = [&](int status, const char* reason) {
      door.note(kRecordsProtocol, request, status, reason, begun);
      return answer(status, {{"error", reason}});
    };
    try {
      const IngestDoor::Turn turn(door);
      const Counts counts = take(request, collector, door, sampled);
      door.statistics().countPoints(kRecordsProtocol,
                                    {.accepted = counts.accepted, .rejected = counts.rejected});
      door.note(kRecordsProtocol, request, 200, "", begun);
      nlohmann::json body = {{"accepted", counts.accepted}};
      if (counts.rejected != 0) body["rejected"] = counts.rejected;
      return answer(200, body);
    } catch (const ParseError& error) {
      return refuse(400, error.what());
    } catch (const HttpError& error) {
      Response refused = refuse(error.status(), error.what());
      refused.headers = error.headers();
      return refused;
    }
  };
}

}  // namespace orchestrator_exporter::http
