#include "http/endpoints/api/answer.h"

#include <gtest/gtest.h>

namespace orchestrator_exporter::http {
namespace {

std::string bodyOf(const Response& response) {
  std::string body;
  for (const std::string_view part : response.parts) body += part;
  return body;
}

Router routes() {
  Router router;
  addApiEndpoint(router, "good", ApiMethods::kGetAndPost, [](const ApiParameters&, const Request&) {
    ApiAnswer answer;
    answer.data.append("[]");
    answer.warnings = {"w\"1\""};
    return answer;
  });
  addApiEndpoint(router, "bad", ApiMethods::kGet,
                 [](const ApiParameters&, const Request&) -> ApiAnswer {
                   throw ApiError(ApiError::Type::kExecution, "too much");
                 });
  return router;
}

Response ask(std::string_view method, const std::string& path) {
  return routes().find(method, path)(Request{});
}

TEST(ApiAnswer, StandsInTheEnvelope) {
  const Response response = ask("GET", "/api/v1/good");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.contentType, "application/json");
  EXPECT_EQ(bodyOf(response), R"({"status":"success","data":[],"warnings":["w\"1\""]})");
}

TEST(ApiAnswer, TellsAnErrorWithItsTypeAndStatus) {
  const Response response = ask("GET", "/api/v1/bad");
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(bodyOf(response), R"({"status":"error","errorType":"execution","error":"too much"})");
}

TEST(ApiAnswer, IsGivenToTheMethodsOfItsEndpoint) {
  EXPECT_EQ(routes().allowed("/api/v1/good"), "GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(routes().allowed("/api/v1/bad"), "GET, HEAD, OPTIONS");
}

TEST(ApiAnswer, MayBeReadByPagesOfAnyOrigin) {
  const Response response = ask("OPTIONS", "/api/v1/good");
  EXPECT_EQ(response.status, 204);
  EXPECT_EQ(response.headers, corsFields());
}

}  // namespace
}  // namespace orchestrator_exporter::http
