#include "http/front/front.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <future>
#include <list>
#include <memory>
#include <optional>
#include <stop_token>
#include <thread>

#include "http/server/server.h"
#include "tests/support/http_client.h"

// Peers that are slow, silent or too many cost themselves, not those who ask properly.
namespace orchestrator_exporter::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using test::HttpClient;

constexpr std::size_t kAnswerBytes = 10U << 20;

ServerOptions local() {
  ServerOptions options;
  options.listenAddresses = {"127.0.0.1:0"};
  options.workers = 4;
  return options;
}

Router routes() {
  Router router;
  router.add("GET", "/", [](const Request&) { return Response{.body = "hello\n"}; });
  router.add("GET", "/large",
             [](const Request&) { return Response{.body = std::string(kAnswerBytes, 'x')}; });
  router.add("POST", "/echo",
             [](const Request& request) { return Response{.body = request.body}; });
  router.add(
      "POST", "/write", [](const Request&) { return Response{.body = "written\n"}; },
      Access::kWrite);
  return router;
}

std::uint64_t closed(const Server& server, CloseReason reason) {
  return server.statistics().closed[static_cast<std::size_t>(reason)];
}

// A server that many peers bother, each having sent `bytes`.
class Bothered {
 public:
  Bothered(ServerOptions options, int peers, std::string_view bytes)
      : server(std::move(options), routes()) {
    for (int i = 0; i < peers; ++i) peersOf.emplace_back(port()).send(bytes);
  }
  int port() const { return server.ports().at(0); }
  void expectAnswers() const {
    for (int i = 0; i < 5; ++i) {
      const auto answer = HttpClient(port()).get("/");
      ASSERT_TRUE(answer);
      EXPECT_EQ(answer->status, 200);
    }
  }

  Server server;
  std::list<HttpClient> peersOf;
};

}  // namespace

TEST(Front, AnswersBesideManyIdleConnections) { Bothered(local(), 200, "").expectAnswers(); }

TEST(Front, SharesABurstAmongFewWorkers) {
  std::atomic<int> atOnce = 0;
  std::atomic<int> most = 0;
  Router router;
  router.add("GET", "/", [&](const Request&) {
    const int now = ++atOnce;
    for (int before = most; before < now && !most.compare_exchange_weak(before, now);) continue;
    std::this_thread::yield();
    --atOnce;
    return Response{.body = "hello\n"};
  });
  ServerOptions options = local();
  options.workers = 40;
  options.patience = seconds(60);
  const Server server(options, std::move(router));
  std::list<HttpClient> peers;
  for (int i = 0; i < 40; ++i) {
    peers.emplace_back(server.ports().at(0)).send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  }
  for (HttpClient& peer : peers) EXPECT_EQ(peer.receive()->status, 200);
  EXPECT_LE(most, 8);
}

TEST(Front, AnswersBesideManyHalfHeads) {
  Bothered(local(), 200, "GET / HTTP/1.1\r\nHos").expectAnswers();
}

TEST(Front, AnswersBesideManyHalfBodies) {
  Bothered(local(), 200, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf")
      .expectAnswers();
}

TEST(Front, AnswersBesideManyThatReadNothing) {
  Bothered bothered(local(), 50, "GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
  bothered.expectAnswers();
  // 64 MiB may wait to be sent, fifty answers of 10 MiB are more.
  EXPECT_GT(closed(bothered.server, CloseReason::kTooMuchUnsent), 0u);
}

TEST(Front, AnswersBesideHalfAHeadThatFollowsAWholeOne) {
  Bothered bothered(local(), 20, "GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n");
  bothered.expectAnswers();
  HttpClient& peer = bothered.peersOf.front();
  EXPECT_EQ(peer.receive()->status, 200);
  peer.send("\r\n");
  EXPECT_EQ(peer.receive()->status, 200);
}

TEST(Front, EndsAHeadThatComesAByteAtATime) {
  ServerOptions options = local();
  options.requestTimeout = milliseconds(200);
  Bothered bothered(options, 0, "");
  HttpClient dripping(bothered.port());
  dripping.send("GET / HTTP/1.1\r\nX: ");
  const auto begin = steady_clock::now();
  while (dripping.send("y") && steady_clock::now() - begin < seconds(10)) {
    std::this_thread::yield();
    if (closed(bothered.server, CloseReason::kHeadTimeout) > 0) break;
  }
  EXPECT_LT(steady_clock::now() - begin, seconds(10));
}

TEST(Front, GivesUpTheOldestOfThePeerWithMostIfThereAreTooMany) {
  ServerOptions options = local();
  options.listenAddresses = {"127.0.0.1:0"};
  options.maxConnections = 10;
  Bothered bothered(options, 10, "GET /");
  HttpClient newcomer(bothered.port());
  EXPECT_EQ(newcomer.get("/")->status, 200);
  EXPECT_TRUE(bothered.peersOf.front().closedWithin(seconds(5)));
  EXPECT_EQ(closed(bothered.server, CloseReason::kTooManyConnections), 1u);
}

TEST(Front, EndsAConnectionWithItsLastAnswer) {
  const Bothered bothered(local(), 0, "");
  HttpClient client(bothered.port());
  EXPECT_EQ(client.get("/", "Connection: close\r\n")->body, "hello\n");
  EXPECT_TRUE(client.closedWithin(seconds(10)));
  // A worker has ended it: the front notices that in its own time.
  const auto open = [&] {
    std::int64_t sum = 0;
    for (const auto& count : bothered.server.statistics().connections) sum += count;
    return sum;
  };
  const auto begin = steady_clock::now();
  while (open() > 0 && steady_clock::now() - begin < seconds(10)) std::this_thread::yield();
  EXPECT_EQ(open(), 0);
}

TEST(Front, SendsItsLastAnswerWholeToAClientThatGoesOnSending) {
  const Bothered bothered(local(), 0, "");
  HttpClient client(bothered.port());
  client.send("GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  client.send(std::string(1000, 'x'));
  EXPECT_EQ(client.receive()->body.size(), kAnswerBytes);
  EXPECT_TRUE(client.closedWithin(seconds(10)));
}

TEST(Front, AnswersRequestsThatComeAtOnceOneAfterTheOther) {
  const Bothered bothered(local(), 0, "");
  HttpClient client(bothered.port());
  std::string requests;
  for (int i = 0; i < 50; ++i) requests += "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  client.send(requests);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(client.receive()->body, "hello\n");
}

TEST(Front, TakesWholeUrlsWhateverHostTheyName) {
  Bothered bothered(local(), 0, "");
  HttpClient client(bothered.port());
  client.send("GET http://exporter.example/ HTTP/1.1\r\nHost: exporter.example\r\n\r\n");
  EXPECT_EQ(client.receive()->body, "hello\n");
}

TEST(Front, AnswersOptionsOfTheWholeServer) {
  Bothered bothered(local(), 0, "");
  HttpClient client(bothered.port());
  client.send("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto answer = client.receive(true);
  EXPECT_EQ(answer->status, 204);
  EXPECT_THAT(answer->header("Allow"), testing::HasSubstr("GET"));
}

TEST(Front, CallsUnknownMethodsNotImplemented) {
  Bothered bothered(local(), 0, "");
  HttpClient client(bothered.port());
  EXPECT_EQ(client.request("BREW", "/")->status, 501);
  EXPECT_EQ(client.request("TRACE", "/")->status, 501);
  EXPECT_EQ(client.request("DELETE", "/")->status, 405);
}

TEST(Front, RefusesWritesBeforeTheirBody) {
  Bothered bothered(local(), 0, "");
  const auto statusOf = [&](std::string_view fields) {
    HttpClient client(bothered.port());
    client.send("POST /write HTTP/1.1\r\n" + std::string(fields) + "Content-Length: 1000\r\n\r\n");
    const auto answer = client.receive();
    return answer ? answer->status : 0;
  };
  EXPECT_EQ(statusOf("Host: evil.example:10190\r\n"), 403);
  EXPECT_EQ(statusOf("Host: localhost\r\nOrigin: http://evil.example\r\n"), 403);
  EXPECT_EQ(statusOf("Host: localhost\r\nOrigin: null\r\n"), 403);
  EXPECT_EQ(statusOf("Host: localhost\r\nSec-Fetch-Site: cross-site\r\n"), 403);
}

TEST(Front, TakesWritesFromThisHost) {
  Bothered bothered(local(), 0, "");
  const std::string port = std::to_string(bothered.port());
  for (const std::string& host : {"localhost:" + port, "127.0.0.1:" + port, std::string("[::1]")}) {
    HttpClient client(bothered.port());
    client.send("POST /write HTTP/1.1\r\nHost: " + host + "\r\nOrigin: http://" + host +
                "\r\nContent-Length: 2\r\n\r\n{}");
    EXPECT_EQ(client.receive()->status, 200) << host;
  }
}

TEST(Front, ServesAUnixSocket) {
  ServerOptions options = local();
  const std::string path = testing::TempDir() + "front_test." + std::to_string(getpid());
  options.listenAddresses = {"unix:" + path};
  {
    const Server server(options, routes());
    EXPECT_EQ(server.addresses().at(0), "unix:" + path);
    EXPECT_EQ(access(path.c_str(), F_OK), 0);
  }
  EXPECT_NE(access(path.c_str(), F_OK), 0);
}

// An endpoint that goes on until nobody waits for its answer.
class Waiting {
 public:
  Router routes() {
    Router router;
    router.add("GET", "/", [this](const Request& request) {
      std::promise<void> gone;
      const std::stop_callback callback(request.gone, [&gone] { gone.set_value(); });
      begun_.set_value();
      told_.set_value(gone.get_future().wait_for(seconds(10)) == std::future_status::ready);
      return Response{};
    });
    return router;
  }
  void ask(HttpClient& client) {
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    begun_.get_future().wait();
  }
  // Whether it was told.
  bool wasTold() { return told_.get_future().get(); }

 private:
  std::promise<void> begun_;
  std::promise<bool> told_;
};

TEST(Front, AnswersWhileTheWorkerThatWaitedForRequestsIsAtWork) {
  std::promise<void> begun;
  std::promise<void> mayEnd;
  Router router = routes();
  router.add("GET", "/long", [&](const Request&) {
    begun.set_value();
    mayEnd.get_future().wait();
    return Response{.body = "at last\n"};
  });
  const Server server(local(), std::move(router));
  HttpClient client(server.ports().at(0));
  ASSERT_TRUE(client.get("/"));  // from now on its worker waits
  client.send("GET /long HTTP/1.1\r\nHost: x\r\n\r\n");
  begun.get_future().wait();
  for (int i = 0; i < 3; ++i) {
    const auto answer = HttpClient(server.ports().at(0)).get("/");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->body, "hello\n");
  }
  mayEnd.set_value();
  const auto answer = client.receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "at last\n");
}

TEST(Front, LetsNobodyWhoAsksForMuchAtOnceKeepOthersWaiting) {
  constexpr int kMany = 200;
  std::optional<HttpClient> other;
  std::atomic<int> answered = 0;
  std::atomic<int> before = 0;  // the other's turn came
  int port = 0;
  Router router;
  router.add("GET", "/much", [&](const Request&) {
    if (++answered == 3) other.emplace(port).send("GET /other HTTP/1.1\r\nHost: x\r\n\r\n");
    return Response{.body = "much\n"};
  });
  router.add("GET", "/other", [&](const Request&) {
    before = answered.load();
    return Response{.body = "other\n"};
  });
  const Server server(local(), std::move(router));
  port = server.ports().at(0);
  HttpClient client(port);
  ASSERT_TRUE(client.get("/none"));  // from now on its worker waits
  std::string all;
  for (int i = 0; i < kMany; ++i) all += "GET /much HTTP/1.1\r\nHost: x\r\n\r\n";
  client.send(all);
  for (int i = 0; i < kMany; ++i) ASSERT_TRUE(client.receive());
  ASSERT_TRUE(other->receive());
  EXPECT_LT(before, 20);
}

TEST(Front, GivesABodyToTheWorkerThatWaitedForIt) {
  const Server server(local(), routes());
  HttpClient client(server.ports().at(0));
  ASSERT_TRUE(client.get("/"));  // from now on its worker waits
  const std::string body(std::size_t{1} << 20, 'x');
  client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) +
              "\r\n\r\n" + body);
  const auto answer = client.receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, body);
}

TEST(Front, TellsAnEndpointThatItsClientHasHungUp) {
  Waiting endpoint;
  const Server server(local(), endpoint.routes());
  {
    HttpClient client(server.ports().at(0));
    endpoint.ask(client);
  }
  EXPECT_TRUE(endpoint.wasTold());
}

TEST(Front, TellsAnEndpointThatTheServerEnds) {
  Waiting endpoint;
  ServerOptions options = local();
  options.drainTime = milliseconds(1);
  auto server = std::make_unique<Server>(options, endpoint.routes());
  HttpClient client(server->ports().at(0));
  endpoint.ask(client);
  server.reset();
  EXPECT_TRUE(endpoint.wasTold());
}

}  // namespace orchestrator_exporter::http
