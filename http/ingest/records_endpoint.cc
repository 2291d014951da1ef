#include "http/ingest/records_endpoint.h"

#include <nlohmann/json.hpp>

#include "http/ingest/record_batch.h"
#include "http/server/header_value.h"

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

Response refusal(int status, const std::string& error) {
  return answer(status, {{"error", error}});
}

bool isJson(const Request& request) {
  const std::string_view field = request.header("Content-Type").value_or("");
  return equalIgnoringCase(trimmed(field.substr(0, field.find(';'))), "application/json");
}

}  // namespace

Endpoint recordsEndpoint(MetricsCollector& collector) {
  return [&collector](const Request& request) {
    if (!request.fromLoopback()) {
      return refusal(403, "records are taken from loopback addresses only");
    }
    if (!isJson(request)) return refusal(415, "expected the content type application/json");
    if (request.body.size() > kLargestBody) {
      return refusal(413, "expected at most " + std::to_string(kLargestBody) + " bytes");
    }
    const RecordBatch batch = parseRecordBatch(request.body, collector.maxIdentifierLength());
    if (!batch.error.empty()) return refusal(400, batch.error);
    const auto accepted = collector.apply(batch.records);
    if (!accepted) return refusal(503, "the exporter is shutting down");
    nlohmann::json body = {{"accepted", *accepted}};
    const std::size_t rejected = batch.records.size() - *accepted;
    if (rejected != 0) body["rejected"] = rejected;
    return answer(200, body);
  };
}

}  // namespace orchestrator_exporter::http
