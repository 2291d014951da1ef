#include "http/server/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <stdexcept>
#include <thread>

#include "metrics/base/errors.h"
#include "tests/support/http_client.h"

namespace orchestrator_exporter::http {
namespace {

using std::chrono::milliseconds;
using test::HttpAnswer;
using test::HttpClient;
using testing::HasSubstr;
using testing::ThrowsMessage;

ServerOptions local() {
  ServerOptions options;
  options.listenAddresses = {"127.0.0.1:0"};
  options.workers = 8;
  return options;
}

Router routes() {
  Router router;
  router.add("GET", "/", [](const Request&) { return Response{.body = "hello\n"}; });
  router.add("GET", "/query", [](const Request& request) {
    Response response;
    for (const auto& [name, value] : request.parameters) response.body += name + "=" + value + ";";
    return response;
  });
  router.add("POST", "/echo",
             [](const Request& request) { return Response{.body = request.body}; });
  router.add("GET", "/large", [](const Request&) {
    auto text = std::make_shared<std::string>(300'000, 'x');
    Response response{.owner = text, .compressible = true};
    response.parts = {"begin ", *text, " middle ", std::string_view(*text).substr(0, 70'000),
                      " end"};
    return response;
  });
  router.add("GET", "/refused",
             [](const Request&) -> Response { throw HttpError(403, "not you"); });
  router.add("GET", "/garbled",
             [](const Request&) -> Response { throw ParseError("records[7]: expected a name"); });
  router.add("GET", "/broken",
             [](const Request&) -> Response { throw std::runtime_error("out of order"); });
  router.add("GET", "/odd", [](const Request&) -> Response { throw 7; });
  return router;
}

class ServerTest : public testing::Test {
 protected:
  int port() const { return server_.ports().at(0); }
  std::optional<HttpAnswer> post(std::string_view headers, std::string_view body) const {
    HttpClient client(port());
    client.send("POST /echo HTTP/1.1\r\nHost: x\r\n" + std::string(headers) + "\r\n" +
                std::string(body));
    return client.receive();
  }

  Server server_{local(), routes()};
};

TEST_F(ServerTest, LeadsFromAPathWithEmptyAndDottedSegmentsToTheOneItMeans) {
  for (const char* path : {"//query?a=b", "/./query?a=b", "/x/..//query?a=b"}) {
    const auto answer = HttpClient(port()).get(path);
    EXPECT_EQ(answer->status, 301) << path;
    EXPECT_EQ(answer->header("Location"), "/query?a=b") << path;
  }
  EXPECT_EQ(HttpClient(port()).get("//nowhere")->status, 404);
}

TEST_F(ServerTest, AnswersManyRequestsOnOneConnection) {
  HttpClient client(port());
  for (int i = 0; i < 100; ++i) {
    const auto answer = client.get("/");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->body, "hello\n");
    EXPECT_EQ(answer->header("Content-Length"), "6");
    EXPECT_EQ(answer->header("Connection"), "keep-alive");
    EXPECT_EQ(answer->header("Content-Type"), "text/plain; charset=utf-8");
    EXPECT_THAT(answer->header("Date"), HasSubstr(" GMT"));
  }
}

TEST_F(ServerTest, AnswersPipelinedRequests) {
  HttpClient client(port());
  client.send(
      "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
      "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
      "chunked\r\n\r\n2\r\nde\r\n1\r\nf\r\n0\r\n\r\n"
      "GET /query?a=1 HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.receive()->body, "hello\n");
  EXPECT_EQ(client.receive()->body, "abc");
  EXPECT_EQ(client.receive()->body, "def");
  EXPECT_EQ(client.receive()->body, "a=1;");
}

TEST_F(ServerTest, AnswersHeadWithTheLengthOfTheBodyAlone) {
  HttpClient client(port());
  const auto head = client.request("HEAD", "/");
  EXPECT_EQ(head->status, 200);
  EXPECT_EQ(head->header("Content-Length"), "6");
  EXPECT_EQ(client.get("/")->body, "hello\n");  // and nothing stood between the two
}

TEST_F(ServerTest, ClosesAfterHttp10AndWhenAskedTo) {
  HttpClient old(port());
  old.send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_EQ(old.receive()->header("Connection"), "close");
  EXPECT_TRUE(old.closedWithin(milliseconds(5000)));
  HttpClient polite(port());
  EXPECT_EQ(polite.get("/", "Connection: close\r\n")->body, "hello\n");
  EXPECT_TRUE(polite.closedWithin(milliseconds(5000)));
}

TEST_F(ServerTest, SendsLargeAnswersPlainAndPacked) {
  HttpClient client(port());
  const std::string expected =
      "begin " + std::string(300'000, 'x') + " middle " + std::string(70'000, 'x') + " end";
  const auto plain = client.get("/large");
  EXPECT_EQ(plain->header("Content-Encoding"), "");
  EXPECT_EQ(plain->body, expected);
  const auto packed = client.get("/large", "Accept-Encoding: gzip\r\n");
  EXPECT_EQ(packed->header("Content-Encoding"), "gzip");
  EXPECT_EQ(test::gunzip(packed->body), expected);
  EXPECT_EQ(client.request("HEAD", "/large", "Accept-Encoding: gzip\r\n")->header("Content-Length"),
            packed->header("Content-Length"));
  EXPECT_EQ(client.get("/", "Accept-Encoding: gzip\r\n")->header("Content-Encoding"), "");
}

TEST_F(ServerTest, DecodesPathAndQuery) {
  HttpClient client(port());
  EXPECT_EQ(client.get("/%71uery?collect%5b%5d=a+b&x")->body, "collect[]=a b;x=;");
  EXPECT_EQ(client.get("http://localhost:" + std::to_string(port()) + "/query?y=1")->body, "y=1;");
}

TEST_F(ServerTest, RefusesPathsAndMethodsItDoesNotHave) {
  HttpClient client(port());
  EXPECT_EQ(client.get("/nowhere")->status, 404);
  EXPECT_EQ(client.get("/../")->status, 301);
  EXPECT_EQ(client.get("/%00")->status, 404);
  EXPECT_EQ(client.get("/query%00x")->status, 404);
  EXPECT_EQ(client.get("/%zz")->status, 400);
  EXPECT_EQ(client.get("/query?a=%")->status, 400);
  const auto wrong = client.request("DELETE", "/");
  EXPECT_EQ(wrong->status, 405);
  EXPECT_EQ(wrong->header("Allow"), "GET, HEAD");
  EXPECT_EQ(client.request("GET", "/echo")->header("Allow"), "POST");
  EXPECT_EQ(
      client.request("OPTIONS", "/", "Origin: http://x\r\nAccess-Control-Request-Method: PUT\r\n")
          ->status,
      405);
}

TEST(Server, SaysByWhichMethodsAPeerMayUseAPath) {
  Router router = routes();
  const Endpoint endpoint = [](const Request&) { return Response{}; };
  router.add("GET", "/notes", endpoint);
  router.add("POST", "/notes", endpoint, Access::kWrite);
  const Server server(local(), std::move(router));
  HttpClient client(server.ports().at(0));
  const auto own = client.request("OPTIONS", "/notes");
  EXPECT_EQ(own->status, 204);
  EXPECT_EQ(own->header("Allow"), "OPTIONS, GET, HEAD, POST");
  // A page of elsewhere may read and not write.
  EXPECT_EQ(client.request("OPTIONS", "/notes", "Origin: http://x\r\n")->header("Allow"),
            "OPTIONS, GET, HEAD");
}

TEST_F(ServerTest, SaysWhatAnEndpointThrows) {
  HttpClient client(port());
  EXPECT_EQ(client.get("/refused")->status, 403);
  EXPECT_EQ(client.get("/refused")->body, "not you\n");
  EXPECT_EQ(client.get("/garbled")->status, 400);
  EXPECT_EQ(client.get("/garbled")->body, "records[7]: expected a name\n");
  EXPECT_EQ(client.get("/broken")->status, 500);
  EXPECT_EQ(client.get("/odd")->status, 500);
  EXPECT_EQ(client.get("/")->status, 200);
}

TEST(Server, TellsARouteOfWhatIsRefusedBeforeItsEndpoint) {
  std::vector<int> refused;
  Router router;
  router.add("POST", "/pushed", [](const Request&) { return Response{}; },
             {.access = Access::kWrite, .refused = [&refused](const HttpError& error) {
                refused.push_back(error.status());
              }});
  Server server(local(), std::move(router));
  HttpClient client(server.ports().at(0));
  EXPECT_EQ(client.request("POST", "/pushed", "Origin: http://elsewhere\r\n")->status, 403);
  EXPECT_EQ(client.request("POST", "/pushed")->status, 200);
  server.stop();
  EXPECT_THAT(refused, testing::ElementsAre(403));
}

TEST(Server, LogsWhatIsNoRefusal) {
  std::vector<std::string> lines;
  ServerOptions options = local();
  options.log = [&lines](std::string_view line) { lines.emplace_back(line); };
  Server server(options, routes());
  HttpClient client(server.ports().at(0));
  EXPECT_EQ(client.get("/broken")->body, "an internal error, see the log\n");
  EXPECT_EQ(client.get("/refused")->status, 403);
  server.stop();
  EXPECT_THAT(lines, testing::ElementsAre("an endpoint failed: out of order"));
}

TEST_F(ServerTest, TakesBodies) {
  const std::string body(1 << 20, 'b');
  EXPECT_EQ(post("Content-Length: 1048576\r\n", body)->body, body);
  EXPECT_EQ(post("Content-Length: 0\r\n", "")->status, 200);
  EXPECT_EQ(post("", "")->status, 200);
  EXPECT_EQ(post("Transfer-Encoding: chunked\r\n", "3;x=y\r\nabc\r\n0\r\nTrailer: z\r\n\r\n")->body,
            "abc");
  EXPECT_EQ(post("Content-Encoding: identity\r\nContent-Length: 1\r\n", "a")->body, "a");
}

TEST_F(ServerTest, RefusesBodiesThatAreTooLarge) {
  const std::string body(2 << 20, 'b');
  const auto announced = post("Content-Length: 2097152\r\n", body);
  EXPECT_EQ(announced->status, 413);
  EXPECT_EQ(announced->header("Connection"), "close");
  EXPECT_EQ(announced->body, "the body is larger than 1048576 bytes\n");
  EXPECT_EQ(post("Transfer-Encoding: chunked\r\n", "200000\r\n" + body + "\r\n0\r\n\r\n")->status,
            413);
  EXPECT_EQ(post("Content-Length: 9999999999999999999\r\n", "")->status, 413);
  EXPECT_EQ(post("Content-Length: 99999999999999999999\r\n", "")->status, 400);
}

TEST(Server, HoldsEachRouteToItsOwnBodyLimit) {
  Router router;
  const Endpoint length = [](const Request& request) {
    return Response{.body = std::to_string(request.body.size())};
  };
  router.add("POST", "/usual", length).add("POST", "/large", length, {.bodyLimit = 3 << 20});
  Server server(local(), std::move(router));
  const auto post = [&](const std::string& path, std::size_t bytes) {
    HttpClient client(server.ports().at(0));
    client.send("POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: " +
                std::to_string(bytes) + "\r\n\r\n" + std::string(bytes, 'b'));
    return client.receive();
  };
  EXPECT_EQ(post("/usual", (2 << 20))->status, 413);
  EXPECT_EQ(post("/large", (2 << 20))->body, "2097152");
  EXPECT_EQ(post("/large", (4 << 20))->status, 413);
}

TEST(Server, LeavesPackedBodiesToRoutesThatUnpackThem) {
  Router router;
  router.add("POST", "/", [](const Request& request) { return Response{.body = request.body}; },
             {.takesGzip = true});
  Server server(local(), std::move(router));
  const auto post = [&](const std::string& encoding) {
    HttpClient sender(server.ports().at(0));
    sender.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Encoding: " + encoding +
                "\r\nContent-Length: 3\r\n\r\nabc");
    return sender.receive();
  };
  EXPECT_EQ(post("gzip")->body, "abc");
  EXPECT_EQ(post("br")->status, 415);
  EXPECT_EQ(post("br")->header("Accept-Encoding"), "gzip, identity");
}

TEST_F(ServerTest, RefusesBodiesItCannotRead) {
  EXPECT_EQ(post("Content-Encoding: gzip\r\nContent-Length: 3\r\n", "abc")->status, 415);
  EXPECT_EQ(post("Expect: miracles\r\nContent-Length: 3\r\n", "abc")->status, 417);
  EXPECT_EQ(post("Transfer-Encoding: chunked\r\n", "zz\r\nabc")->status, 400);
  EXPECT_EQ(
      post("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", "3\r\nabc\r\n0\r\n\r\n")->status,
      400);
  EXPECT_EQ(post("Transfer-Encoding: gzip\r\n", "abc")->status, 400);
  EXPECT_EQ(post("Content-Length: 3x\r\n", "abc")->status, 400);
  EXPECT_EQ(post("Content-Length: 3\r\nContent-Length: 4\r\n", "abcd")->status, 400);
  EXPECT_GE(post("Content-Length: -3\r\n", "abc")->status, 400);
}

TEST_F(ServerTest, ClosesAfterABodyThatNobodyWants) {
  HttpClient client(port());
  client.send("POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n" +
              std::string(2'000'000, 'x'));
  const auto answer = client.receive();
  EXPECT_EQ(answer->status, 404);
  EXPECT_EQ(answer->header("Connection"), "close");
  EXPECT_TRUE(client.closedWithin(milliseconds(5000)));
}

TEST_F(ServerTest, AsksForTheBodyOfAClientThatWaits) {
  HttpClient client(port());
  client.send(
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.receive()->status, 100);
  client.send("abc");
  EXPECT_EQ(client.receive()->body, "abc");
}

TEST_F(ServerTest, TellsTheEndpointWhoAsks) {
  Router router;
  router.add("GET", "/", [](const Request& request) {
    return Response{.body = request.remoteAddress + (request.fromLoopback() ? " local" : " far")};
  });
  ServerOptions options = local();
  options.listenAddresses = {":0"};
  Server server(options, router);
  EXPECT_THAT(HttpClient(server.ports().at(0)).get("/")->body, HasSubstr("127.0.0.1 local"));
}

TEST(Server, ListensOnBothFamiliesWithOneSocket) {
  ServerOptions options = local();
  options.listenAddresses = {":0"};
  Server server(options, routes());
  const int port = server.ports().at(0);
  EXPECT_EQ(HttpClient(port, "127.0.0.1").get("/")->status, 200);
  if (server.addresses().at(0).starts_with("0.0.0.0")) GTEST_SKIP() << "no IPv6 on this host";
  EXPECT_EQ(server.addresses().at(0), "[::]:" + std::to_string(port));
  EXPECT_EQ(HttpClient(port, "::1").get("/")->status, 200);
}

TEST(Server, ListensOnSeveralAddresses) {
  ServerOptions options = local();
  options.listenAddresses = {"127.0.0.1:0", "localhost:0", "127.0.0.2:0"};
  Server server(options, routes());
  ASSERT_EQ(server.ports().size(), 3U);
  EXPECT_EQ(server.addresses().at(2), "127.0.0.2:" + std::to_string(server.ports().at(2)));
  EXPECT_EQ(HttpClient(server.ports().at(1)).get("/")->status, 200);
  EXPECT_EQ(HttpClient(server.ports().at(2), "127.0.0.2").get("/")->status, 200);
}

TEST(Server, SaysWhichAddressIsInUse) {
  Server first(local(), routes());
  ServerOptions options = local();
  options.listenAddresses = {"127.0.0.1:0", first.addresses().at(0)};
  EXPECT_THAT([&] { Server(options, routes()); },
              ThrowsMessage<std::runtime_error>("cannot listen on " + first.addresses().at(0) +
                                                ": Address already in use"));
  options.listenAddresses = {":" + std::to_string(first.ports().at(0))};
  EXPECT_THAT([&] { Server(options, routes()); },
              ThrowsMessage<std::runtime_error>(HasSubstr("Address already in use")));
}

TEST(Server, RefusesAddressesThatAreNone) {
  ServerOptions options = local();
  options.listenAddresses = {"9100"};
  EXPECT_THAT([&] { Server(options, routes()); },
              ThrowsMessage<std::runtime_error>("cannot listen on 9100: expected host:port"));
  options.listenAddresses = {};
  EXPECT_THROW(Server(options, routes()), std::runtime_error);
}

}  // namespace
}  // namespace orchestrator_exporter::http
