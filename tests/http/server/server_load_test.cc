#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <list>
#include <thread>
#include <vector>

#include "http/server/server.h"
#include "tests/support/http_client.h"

// Many at once, and the end of it all.
namespace orchestrator_exporter::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using test::HttpClient;

ServerOptions local() {
  ServerOptions options;
  options.listenAddresses = {"127.0.0.1:0"};
  return options;
}

// An endpoint whose answers wait until they are let go.
struct Gate {
  explicit Gate(std::ptrdiff_t visitors) : entered(visitors) {}

  Router routes() {
    Router router;
    router.add("GET", "/", [](const Request&) { return Response{.body = "hello\n"}; });
    router.add("GET", "/gate", [this](const Request&) {
      entered.count_down();
      opened.wait();
      return Response{.body = std::string(300'000, 'x')};
    });
    return router;
  }

  std::latch entered;
  std::latch opened{1};
};

TEST(ServerLoad, ServesFortyScrapesBesideSixteenIdleConnections) {
  Gate gate(40);
  Server server(local(), gate.routes());
  const int port = server.ports().at(0);
  std::list<HttpClient> idle;
  for (int i = 0; i < 16; ++i) {
    EXPECT_EQ(idle.emplace_back(port).get("/")->header("Connection"), "keep-alive");
  }
  std::atomic<int> served = 0;
  {
    std::vector<std::jthread> scrapers;
    for (int i = 0; i < 40; ++i) {
      scrapers.emplace_back([&] {
        const auto answer = HttpClient(port).get("/gate");
        if (answer && answer->body.size() == 300'000) ++served;
      });
    }
    gate.entered.wait();  // all forty are being answered at the same time
    gate.opened.count_down();
  }
  EXPECT_EQ(served, 40);
  for (HttpClient& client : idle) EXPECT_EQ(client.get("/")->status, 200);
}

TEST(ServerStop, LetsRequestsInFlightEnd) {
  Gate gate(1);
  Server server(local(), gate.routes());
  HttpClient inFlight(server.ports().at(0));
  HttpClient late(server.ports().at(0));
  EXPECT_EQ(late.get("/")->status, 200);
  inFlight.send("GET /gate HTTP/1.1\r\nHost: x\r\n\r\n");
  gate.entered.wait();
  std::jthread stopping([&] { EXPECT_TRUE(server.stop()); });
  while (server.accepting()) std::this_thread::yield();
  const auto refused = late.get("/");
  EXPECT_EQ(refused->status, 503);
  EXPECT_EQ(refused->header("Connection"), "close");
  gate.opened.count_down();
  const auto answer = inFlight.receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body.size(), 300'000U);
}

TEST(ServerStop, IsQuickBesideIdleConnections) {
  Gate gate(0);
  Server server(local(), gate.routes());
  std::list<HttpClient> clients;
  for (int i = 0; i < 10; ++i) {
    HttpClient& client = clients.emplace_back(server.ports().at(0));
    if (i % 2 == 0) {
      EXPECT_EQ(client.get("/")->status, 200);
    }
  }
  const auto begin = steady_clock::now();
  EXPECT_TRUE(server.stop());
  EXPECT_LT(steady_clock::now() - begin, milliseconds(4000));
  for (HttpClient& client : clients) EXPECT_TRUE(client.closedWithin(milliseconds(1000)));
  EXPECT_THROW(HttpClient(server.ports().at(0)), std::runtime_error);
  EXPECT_TRUE(server.stop());  // a second time does nothing
}

TEST(ServerStop, TellsWhenAnEndpointDoesNotEnd) {
  Gate gate(1);
  ServerOptions options = local();
  options.drainTime = milliseconds(50);
  Server server(options, gate.routes());
  HttpClient stuck(server.ports().at(0));
  stuck.send("GET /gate HTTP/1.1\r\nHost: x\r\n\r\n");
  gate.entered.wait();
  EXPECT_FALSE(server.stop());
  EXPECT_FALSE(server.stop());
  gate.opened.count_down();  // or the destructor would wait for ever
}

TEST(ServerStop, DoesNotWaitForAClientThatReadsNothing) {
  Router router;
  router.add("GET", "/",
             [](const Request&) { return Response{.body = std::string(50 << 20, 'x')}; });
  ServerOptions options = local();
  options.drainTime = milliseconds(200);
  Server server(options, router);
  HttpClient lazy(server.ports().at(0));
  lazy.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(lazy.receive(true)->status, 200);
  const auto begin = steady_clock::now();
  EXPECT_TRUE(server.stop());
  EXPECT_LT(steady_clock::now() - begin, milliseconds(4000));
}

}  // namespace
}  // namespace orchestrator_exporter::http
