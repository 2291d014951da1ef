#include "http/ingest/records_endpoint.h"

#include <chrono>
#include <nlohmann/json.hpp>

#include "http/ingest/record_batch.h"
#include "http/server/header_value.h"

namespace orchestrator_exporter::http {

namespace {

constexpr std::string_view kProtocol = "records";
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

// Throws HttpError with what is wrong.
Counts take(const Request& request, MetricsCollector& collector) {
  if (!isJson(request)) throw HttpError(415, "expected the content type application/json");
  if (request.body.size() > kLargestBody) {
    throw HttpError(413, "expected at most " + std::to_string(kLargestBody) + " bytes");
  }
  const RecordBatch batch = parseRecordBatch(request.body, collector.maxIdentifierLength());
  if (!batch.error.empty()) throw HttpError(400, batch.error);
  const auto accepted = collector.apply(batch.records);
  if (!accepted) throw HttpError(503, "the exporter is shutting down");
  return {*accepted, batch.records.size() - *accepted};
}

}  // namespace

Endpoint recordsEndpoint(MetricsCollector& collector, IngestDoor& door) {
  return [&collector, &door](const Request& request) {
    const auto begun = std::chrono::steady_clock::now();
    try {
      const IngestDoor::Turn turn(door);
      const Counts counts = take(request, collector);
      door.statistics().countPoints(kProtocol,
                                    {.accepted = counts.accepted, .rejected = counts.rejected});
      door.note(kProtocol, request, 200, "", begun);
      nlohmann::json body = {{"accepted", counts.accepted}};
      if (counts.rejected != 0) body["rejected"] = counts.rejected;
      return answer(200, body);
    } catch (const HttpError& error) {
      door.note(kProtocol, request, error.status(), error.what(), begun);
      Response refused = answer(error.status(), {{"error", error.what()}});
      refused.headers = error.headers();
      return refused;
    }
  };
}

}  // namespace orchestrator_exporter::http
