#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <vector>

#include "http/server/server.h"
#include "tests/support/http_client.h"

// What clients do that mean no good, or know no better. Each test ends with a healthy request.
namespace orchestrator_exporter::http {
namespace {

using std::chrono::milliseconds;
using test::HttpClient;

constexpr milliseconds kSoon{10'000};

class AbusedServer : public testing::Test {
 protected:
  static ServerOptions options() {
    ServerOptions options;
    options.listenAddresses = {"127.0.0.1:0"};
    options.workers = 8;
    options.requestTimeout = milliseconds(300);
    options.keepAliveTimeout = milliseconds(300);
    return options;
  }
  static Router routes() {
    Router router;
    router.add("GET", "/", [](const Request&) { return Response{.body = "hello\n"}; });
    router.add("POST", "/echo",
               [](const Request& request) { return Response{.body = request.body}; });
    return router;
  }
  void TearDown() override {
    const auto answer = HttpClient(port()).get("/");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200);
  }

  int port() const { return server_.ports().at(0); }
  int statusOf(std::string_view bytes) const {
    HttpClient client(port());
    client.send(bytes);
    const auto answer = client.receive();
    return answer ? answer->status : 0;
  }

  Server server_{options(), routes()};
};

TEST_F(AbusedServer, SurvivesRandomBytes) {
  std::mt19937 random(20240229);
  for (int round = 0; round < 200; ++round) {
    std::string bytes(random() % 600, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    HttpClient client(port());
    client.send(bytes + "\r\n\r\n");
    const auto answer = client.receive();
    if (answer) {
      EXPECT_GE(answer->status, 400);
    }
  }
}

TEST_F(AbusedServer, SurvivesGarbledRequests) {
  const std::string request =
      "POST /echo?a=%41&b HTTP/1.1\r\nHost: x\r\nAccept: */*;q=0.5\r\nContent-Length: "
      "4\r\n\r\nbody";
  std::mt19937 random(7);
  for (int round = 0; round < 500; ++round) {
    std::string bytes = request;
    for (int change = 0; change < 3; ++change) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    HttpClient client(port());
    client.send(bytes.substr(0, 1 + random() % bytes.size()));
  }
}

TEST_F(AbusedServer, AnswersMalformedHeads) {
  EXPECT_EQ(statusOf(std::string("GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n", 28)), 400);
  EXPECT_EQ(statusOf("GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n"), 400);
  EXPECT_EQ(statusOf("BREW / HTTP/1.1\r\nHost: x\r\n\r\n"), 501);
  EXPECT_EQ(statusOf("GET nowhere HTTP/1.1\r\nHost: x\r\n\r\n"), 400);
  EXPECT_EQ(statusOf("GET / HTTP/3.0\r\n\r\n"), 505);
  EXPECT_EQ(statusOf("\r\n\r\n"), 400);
  EXPECT_EQ(statusOf("GET / HTTP/1.1\r\nHost: x\r\nA: " + std::string(20'000, 'a') + "\r\n\r\n"),
            431);
  EXPECT_EQ(statusOf("GET /" + std::string(20'000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n"), 414);
  std::string many = "GET / HTTP/1.1\r\nHost: x\r\n";
  for (int i = 0; i < 100; ++i) many += "A: b\r\n";
  EXPECT_EQ(statusOf(many + "\r\n"), 431);
}

TEST_F(AbusedServer, EndsRequestsThatDoNotCome) {
  HttpClient silent(port());
  HttpClient slow(port());
  slow.send("GET / HTTP/1.1\r\nHo");
  HttpClient idle(port());
  EXPECT_EQ(idle.get("/")->status, 200);
  HttpClient body(port());
  body.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf");
  EXPECT_EQ(body.receive()->status, 408);
  for (HttpClient* client : {&silent, &slow, &idle, &body}) {
    EXPECT_TRUE(client->closedWithin(kSoon));
  }
}

TEST_F(AbusedServer, ForgetsClientsThatLeaveEarly) {
  for (int round = 0; round < 50; ++round) {
    HttpClient(port()).send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    HttpClient(port()).send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nxx");
  }
}

}  // namespace
}  // namespace orchestrator_exporter::http
