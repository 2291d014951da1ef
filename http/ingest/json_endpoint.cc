#include "http/ingest/json_endpoint.h"

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "http/server/header_value.h"
#include "metrics/base/errors.h"

namespace orchestrator_exporter::http {

namespace {

Response answer(int status, const nlohmann::json& body) {
  Response response;
  response.status = status;
  response.contentType = "application/json";
  response.body = body.dump() + "\n";
  return response;
}

// Throws HttpError with what is wrong, and ParseError for a body whose gzip is invalid.
std::string_view bodyOf(const Request& request, const IngestDoor& door, std::string& unpacked) {
  if (!equalIgnoringCase(mediaType(request.header("Content-Type").value_or("")),
                         "application/json")) {
    throw HttpError(415, "expected the content type application/json");
  }
  const std::string_view body = door.bodyOf(request, unpacked);
  if (body.size() > kLargestJson) {
    throw HttpError(413, "expected at most " + std::to_string(kLargestJson) + " bytes");
  }
  return body;
}

}  // namespace

Endpoint jsonEndpoint(IngestDoor& door, std::string_view protocol,
                      std::function<nlohmann::json(std::string_view body)> take) {
  return [&door, protocol, take = std::move(take)](const Request& request) {
    const auto begun = std::chrono::steady_clock::now();
    const auto refuse = [&](int status, const char* reason) {
      door.note(protocol, request, status, reason, begun);
      return answer(status, {{"error", reason}});
    };
    try {
      const IngestDoor::Turn turn(door);
      std::string unpacked;
      const nlohmann::json body = take(bodyOf(request, door, unpacked));
      door.note(protocol, request, 200, "", begun);
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
