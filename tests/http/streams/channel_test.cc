#include "http/streams/channel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <thread>
#include <vector>

#include "http/server/server.h"
#include "http/streams/websocket.h"
#include "tests/support/http_client.h"

namespace orchestrator_exporter::http {
namespace {

using test::HttpClient;
using testing::HasSubstr;
using testing::Not;

Channel::Message message(const std::string& text, bool replaceable = false) {
  return {std::make_shared<const std::string>(text), replaceable};
}

// A server with a channel of each kind.
class ChannelOf : public testing::Test {
 protected:
  Router routes() const {
    Router router;
    router.add("GET", "/events", [events = events_](const Request&) {
      return Response{.contentType = "text/event-stream", .body = "first\n", .channel = events};
    });
    router.add("GET", "/socket", [socket = socket_](const Request& request) {
      return Response{.status = 101,
                      .headers = websocket::acceptance(request),
                      .body = "first\n",
                      .channel = socket};
    });
    router.add("GET", "/other", [](const Request&) { return Response{.body = "other\n"}; });
    return router;
  }
  static ServerOptions local() {
    ServerOptions options;
    options.listenAddresses = {"127.0.0.1:0"};
    options.workers = 2;
    return options;
  }
  int port() const { return server_.ports().at(0); }

  // Until the server has put the connection with the channel, what is sent passes it by.
  static void await(const std::shared_ptr<Channel>& channel, std::size_t viewers) {
    while (channel->viewers() != viewers) std::this_thread::yield();
  }

  static constexpr std::string_view kHandshake =
      "GET /socket HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

  std::shared_ptr<Channel> events_ = std::make_shared<Channel>(Channel::Kind::kEvents);
  std::shared_ptr<Channel> socket_ = std::make_shared<Channel>(Channel::Kind::kWebSocket);
  Server server_{local(), routes()};
};

TEST_F(ChannelOf, AViewerOfEventsGetsTheAnswerAndThenWhatIsSent) {
  HttpClient viewer(port());
  viewer.send("GET /events HTTP/1.1\r\nHost: h\r\n\r\n");
  const std::string head = viewer.receiveUntil("first\n");
  EXPECT_THAT(head, HasSubstr("200 OK"));
  EXPECT_THAT(head, HasSubstr("Content-Type: text/event-stream"));
  EXPECT_THAT(head, Not(HasSubstr("Content-Length")));
  await(events_, 1);
  events_->send(message("second\n"));
  EXPECT_EQ(viewer.receiveUntil("second\n"), "second\n");
}

TEST_F(ChannelOf, AWebSocketIsOpenedAndGetsWhatIsSent) {
  HttpClient viewer(port());
  viewer.send(kHandshake);
  const std::string head = viewer.receiveUntil("first\n");
  EXPECT_THAT(head, HasSubstr("101 Switching Protocols"));
  EXPECT_THAT(head, HasSubstr("Upgrade: websocket\r\n"));
  EXPECT_THAT(head, HasSubstr("Connection: Upgrade\r\n"));
  EXPECT_THAT(head, HasSubstr("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
  await(socket_, 1);
  socket_->send(message("second\n"));
  EXPECT_EQ(viewer.receiveUntil("second\n"), "second\n");
}

TEST_F(ChannelOf, ManyViewersHoldNoWorker) {
  std::vector<std::unique_ptr<HttpClient>> viewers;
  for (int i = 0; i < 20; ++i) {
    viewers.push_back(std::make_unique<HttpClient>(port()));
    viewers.back()->send("GET /events HTTP/1.1\r\nHost: h\r\n\r\n");
    viewers.back()->receiveUntil("first\n");
  }
  await(events_, 20);
  EXPECT_EQ(HttpClient(port()).get("/other")->body, "other\n");
  events_->send(message("all\n"));
  for (const auto& viewer : viewers) EXPECT_EQ(viewer->receiveUntil("all\n"), "all\n");
  viewers.clear();
  await(events_, 0);
}

TEST_F(ChannelOf, WhoReadsNothingKeepsTheOthersFromNothing) {
  HttpClient deaf(port());
  HttpClient viewer(port());
  for (HttpClient* each : {&deaf, &viewer}) each->send("GET /events HTTP/1.1\r\nHost: h\r\n\r\n");
  viewer.receiveUntil("first\n");
  await(events_, 2);
  const std::string large(200'000, 'x');
  for (int i = 0; i < 50; ++i) {
    events_->send(message(large + std::to_string(i) + "\n", true));
    EXPECT_THAT(viewer.receiveUntil("x" + std::to_string(i) + "\n"), HasSubstr("xxx"));
  }
}

TEST_F(ChannelOf, AHeadIsAnsweredWithoutTheStream) {
  HttpClient client(port());
  EXPECT_EQ(client.request("HEAD", "/events")->status, 200);
  EXPECT_EQ(events_->viewers(), 0U);
}

TEST_F(ChannelOf, AServerThatStopsTellsItsViewers) {
  HttpClient viewer(port());
  viewer.send(kHandshake);
  viewer.receiveUntil("first\n");
  await(socket_, 1);
  EXPECT_TRUE(server_.stop());
  EXPECT_EQ(viewer.receiveUntil("\x03\xe9"), std::string("\x88\x02\x03\xe9"));
  socket_->send(message("nobody listens\n"));
  EXPECT_EQ(socket_->viewers(), 0U);
}

}  // namespace
}  // namespace orchestrator_exporter::http
