#include "http/server/request_metrics.h"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <thread>

#include "metrics/base/errors.h"
#include "tests/support/http_client.h"
#include "tests/support/registry_test.h"

namespace orchestrator_exporter::http {
namespace {

using test::HttpClient;

class RequestMetricsTest : public RegistryTest {
 protected:
  static Router routes() {
    Router router;
    router.add("GET", "/orders", [](const Request&) { return Response{.body = "none\n"}; });
    router.add("POST", "/orders",
               [](const Request&) -> Response { throw ParseError("no order at all"); });
    router.add("GET", "/broken",
               [](const Request&) -> Response { throw std::runtime_error("out of order"); });
    return router;
  }
  ServerOptions measured() {
    ServerOptions options;
    options.listenAddresses = {"127.0.0.1:0"};
    options.workers = 2;
    options.bodyLimit = 10;
    options.answered = recordRequests(std::make_shared<HttpRequestMetrics>(registry));
    return options;
  }
  // What is recorded once it is there: the client may read an answer before the server has counted,
  // and the series before its first observation.
  std::string eventually(const std::string& method, const std::string& route,
                         const std::string& status) {
    const std::string series = "http_request_duration_seconds_count{method=\"" + method +
                               "\",route=\"" + route + "\",status=\"" + status + "\"}";
    std::string found;
    do {
      std::this_thread::yield();
      found = value(series);
    } while (found == "none" || found == "0");
    return found;
  }
};

TEST_F(RequestMetricsTest, RecordEveryAnswerByItsRoute) {
  Server server(measured(), routes());
  HttpClient client(server.ports().at(0));
  ASSERT_TRUE(client.get("/orders?page=2"));
  EXPECT_EQ(eventually("GET", "/orders", "200"), "1");
  ASSERT_TRUE(client.request("HEAD", "/orders"));
  EXPECT_EQ(eventually("HEAD", "/orders", "200"), "1");
}

TEST_F(RequestMetricsTest, RecordRefusalsAndFailures) {
  Server server(measured(), routes());
  HttpClient client(server.ports().at(0));
  ASSERT_TRUE(client.get("/broken"));
  EXPECT_EQ(eventually("GET", "/broken", "500"), "1");
  ASSERT_TRUE(client.request("POST", "/orders"));
  EXPECT_EQ(eventually("POST", "/orders", "400"), "1");
  client.send("POST /orders HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nhello world");
  ASSERT_TRUE(client.receive());
  EXPECT_EQ(eventually("POST", "/orders", "413"), "1");
}

TEST_F(RequestMetricsTest, KeepPathsThatNobodyServesTogether) {
  Server server(measured(), routes());
  HttpClient client(server.ports().at(0));
  for (const char* path : {"/a", "/b", "/c"}) ASSERT_TRUE(client.get(path));
  ASSERT_TRUE(client.request("DELETE", "/orders"));
  EXPECT_EQ(eventually("DELETE", "unmatched", "405"), "1");
  EXPECT_EQ(eventually("GET", "unmatched", "404"), "3");
}

}  // namespace
}  // namespace orchestrator_exporter::http
