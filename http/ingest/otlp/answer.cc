#include "http/ingest/otlp/answer.h"

#include <nlohmann/json.hpp>
#include <protozero/pbf_writer.hpp>
#include <string>
#include <utility>

#include "http/server/header_value.h"

namespace orchestrator_exporter::http::otlp {
namespace {

constexpr std::string_view kProtobufType = "application/x-protobuf";
constexpr std::string_view kJsonType = "application/json";

Response response(Encoding encoding, int status, std::string body) {
  Response response;
  response.status = status;
  response.contentType = encoding == Encoding::kJson ? kJsonType : kProtobufType;
  response.body = std::move(body);
  return response;
}

}  // namespace

Encoding encodingOf(const Request& request) {
  const std::string_view type = mediaType(request.header("Content-Type").value_or(""));
  if (equalIgnoringCase(type, kJsonType)) return Encoding::kJson;
  if (equalIgnoringCase(type, kProtobufType) || equalIgnoringCase(type, "application/protobuf")) {
    return Encoding::kProtobuf;
  }
  throw HttpError(415, "expected the content type application/x-protobuf or application/json");
}

Response answer(Encoding encoding, std::uint64_t rejected, std::string_view reason,
                std::string_view rejectedName) {
  if (encoding == Encoding::kJson) {
    nlohmann::json body = nlohmann::json::object();
    if (rejected > 0) {
      // 64-bit numbers are strings in JSON.
      body["partialSuccess"] = {{std::string(rejectedName), std::to_string(rejected)},
                                {"errorMessage", std::string(reason)}};
    }
    return response(encoding, 200, body.dump());
  }
  std::string body;
  if (rejected > 0) {
    std::string partial;
    protozero::pbf_writer fields(partial);
    fields.add_int64(1, static_cast<std::int64_t>(rejected));
    fields.add_string(2, std::string(reason));
    protozero::pbf_writer(body).add_message(1, partial);
  }
  return response(encoding, 200, std::move(body));
}

Response refusal(Encoding encoding, int status, std::string_view reason, Fields headers) {
  std::string body;
  if (encoding == Encoding::kJson) {
    body = nlohmann::json{{"message", std::string(reason)}}.dump();
  } else {
    protozero::pbf_writer(body).add_string(2, std::string(reason));
  }
  Response refused = response(encoding, status, std::move(body));
  refused.headers = std::move(headers);
  return refused;
}

}  // namespace orchestrator_exporter::http::otlp
