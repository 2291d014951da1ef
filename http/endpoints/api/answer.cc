#include "http/endpoints/api/answer.h"

#include <array>
#include <utility>

#include "http/endpoints/api/json_text.h"

namespace orchestrator_exporter::http {
namespace {

struct Kind {
  std::string_view name;
  int status;
};
// In the order of ApiError::Type.
constexpr std::array<Kind, 7> kKinds = {{{"bad_data", 400},
                                         {"execution", 422},
                                         {"canceled", 499},
                                         {"timeout", 503},
                                         {"internal", 500},
                                         {"not_found", 404},
                                         {"unavailable", 503}}};

void appendTexts(TextBuffer& out, std::string_view name, const std::vector<std::string>& texts) {
  if (texts.empty()) return;
  out.append(",\"");
  out.append(name);
  out.append("\":");
  char before = '[';
  for (const std::string& text : texts) {
    out.append(before);
    appendJsonString(out, text);
    before = ',';
  }
  out.append(']');
}

Response jsonResponse(int status, std::vector<std::string_view> parts,
                      std::shared_ptr<const void> owner) {
  Response response;
  response.status = status;
  response.contentType = "application/json";
  response.headers = corsFields();
  response.headers.emplace_back("Vary", "Accept-Encoding");
  response.parts = std::move(parts);
  response.owner = std::move(owner);
  response.compressible = true;
  return response;
}

}  // namespace

Fields corsFields() {
  return {{"Access-Control-Allow-Origin", "*"},
          {"Access-Control-Allow-Methods", "GET, POST, OPTIONS"},
          {"Access-Control-Allow-Headers", "Accept, Authorization, Content-Type, Origin"},
          {"Access-Control-Expose-Headers", "Date"}};
}

namespace {

Response noContent() {
  Response response;
  response.status = 204;
  response.headers = corsFields();
  return response;
}

}  // namespace

Response apiResponse(ApiAnswer answer) {
  if (answer.data.empty()) return noContent();
  struct Kept {
    TextBuffer data;
    TextBuffer end;
  };
  const auto kept = std::make_shared<Kept>();
  kept->data = std::move(answer.data);
  appendTexts(kept->end, "warnings", answer.warnings);
  appendTexts(kept->end, "infos", answer.infos);
  kept->end.append('}');
  return jsonResponse(
      200, {"{\"status\":\"success\",\"data\":", kept->data.view(), kept->end.view()}, kept);
}

Response apiResponse(const ApiError& error) {
  const Kind& kind = kKinds.at(static_cast<std::size_t>(error.type()));
  const auto body = std::make_shared<TextBuffer>();
  body->append("{\"status\":\"error\",\"errorType\":\"");
  body->append(kind.name);
  body->append("\",\"error\":");
  appendJsonString(*body, error.what());
  body->append('}');
  return jsonResponse(kind.status, {body->view()}, body);
}

void addApiEndpoint(Router& router, const std::string& path, ApiMethods methods,
                    ApiEndpoint endpoint) {
  const Endpoint answering = [endpoint = std::move(endpoint)](const Request& request) {
    try {
      return apiResponse(endpoint(ApiParameters(request), request));
    } catch (const ApiError& error) {
      return apiResponse(error);
    }
  };
  const std::string whole = "/api/v1/" + path;
  router.add("GET", whole, answering);
  if (methods == ApiMethods::kGetAndPost) router.add("POST", whole, answering);
  router.add("OPTIONS", whole, [](const Request&) { return noContent(); });
}

}  // namespace orchestrator_exporter::http
