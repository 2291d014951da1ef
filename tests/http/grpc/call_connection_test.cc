#include "http/grpc/call_connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <future>
#include <latch>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "http/front/h2/preface.h"
#include "http/grpc/message.h"
#include "http/server/server.h"
#include "metrics/base/errors.h"
#include "tests/support/http2_client.h"
#include "tests/support/http_client.h"

// Calls of gRPC through a server and its socket.
namespace orchestrator_exporter::http::grpc {
namespace {

using std::chrono::milliseconds;
using test::Http2Client;
using test::HttpClient;

constexpr std::size_t kMessageLimit = 4U << 20;

ServerOptions local() {
  ServerOptions options;
  options.listenAddresses = {"127.0.0.1:0"};
  options.workers = 4;
  options.isToken = [](std::string_view token) { return token == "right"; };
  return options;
}

class Calls : public testing::Test {
 protected:
  static RouteOptions callOptions() {
    return {.access = Access::kWrite, .bodyLimit = kMessageLimit, .takesCalls = true};
  }
  Router routes() {
    Router router;
    router.add("GET", "/", [](const Request&) { return Response{.body = "hello\n"}; });
    router.add("POST", "/plain", [](const Request&) { return Response{.body = "plain\n"}; });
    router.add(
        "POST", "/s.Echo/Say",
        [](const Request& request) {
          return Response{.body = std::string(onlyMessage(request.body).bytes)};
        },
        callOptions());
    router.add(
        "POST", "/s.Echo/Fail",
        [](const Request&) -> Response { throw ParseError("100 % wrong\nand f\xC3\xBCr ever"); },
        callOptions());
    router.add(
        "POST", "/s.Echo/Wait",
        [this](const Request&) {
          entered_.count_down();
          held_.wait();
          return Response{.body = "waited"};
        },
        callOptions());
    return router;
  }
  Server& serve(ServerOptions options = local()) {
    server_ = std::make_unique<Server>(std::move(options), routes());
    return *server_;
  }
  int port() const { return server_->ports().at(0); }

  std::latch entered_{1};  // an endpoint waits
  std::latch held_{1};     // for this
  std::unique_ptr<Server> server_;
};

std::string settings() { return std::string(h2::kPreface) + test::frame(4, 0, 0); }

}  // namespace

TEST_F(Calls, AreAnsweredWithAMessageAndTrailers) {
  serve();
  const auto answer = Http2Client(port()).call("/s.Echo/Say", "hello");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->field(":status"), "200");
  EXPECT_EQ(answer->field("content-type"), "application/grpc");
  EXPECT_EQ(answer->body, test::framed("hello"));
  EXPECT_EQ(answer->fields.back(), std::pair(std::string("grpc-status"), std::string("0")));
}

TEST_F(Calls, ComeOneAfterTheOtherAndSideBySide) {
  serve();
  Http2Client client(port());
  std::vector<std::int32_t> streams;
  for (int i = 0; i < 50; ++i) {
    streams.push_back(client.post("/s.Echo/Say", {{"content-type", "application/grpc"}},
                                  test::framed(std::to_string(i))));
  }
  for (int i = 0; i < 50; ++i) {
    const auto answer = client.receive(streams[static_cast<std::size_t>(i)]);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->body, test::framed(std::to_string(i)));
  }
}

TEST_F(Calls, MayBeLargerThanTheWindow) {
  serve();
  const std::string message(3U << 20, 'x');
  const auto answer = Http2Client(port()).call("/s.Echo/Say", message);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body.size(), message.size() + kPrefixBytes);
}

TEST_F(Calls, OfAnUnknownMethodAreUnimplemented) {
  serve();
  Http2Client client(port());
  for (const char* path : {"/s.Echo/Sing", "/plain", "/"}) {
    const auto answer = client.call(path, "hello");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->field("grpc-status"), "12") << path;
  }
}

TEST_F(Calls, TellWhyTheyFailByPercentEncoding) {
  serve();
  const auto answer = Http2Client(port()).call("/s.Echo/Fail", "hello");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->field(":status"), "200");
  EXPECT_EQ(answer->field("grpc-status"), "3");
  EXPECT_EQ(answer->field("grpc-message"), "100 %25 wrong%0Aand f%C3%BCr ever");
  EXPECT_EQ(answer->body, "");
}

TEST_F(Calls, AreLetInByTheRulesOfOtherWriters) {
  serve();
  Http2Client client(port());
  const auto statusWith = [&](const std::string& name, const std::string& value) {
    const auto answer = client.call("/s.Echo/Say", "hello", {{name, value}});
    return answer ? answer->field("grpc-status") : "none";
  };
  EXPECT_EQ(statusWith("authorization", "Bearer right"), "0");
  EXPECT_EQ(statusWith("authorization", "Bearer wrong"), "16");
  EXPECT_EQ(statusWith("origin", "http://elsewhere.example"), "7");
  EXPECT_EQ(statusWith("sec-fetch-site", "cross-site"), "7");
}

TEST_F(Calls, TooLargeAreRefusedBeforeTheyAreThere) {
  serve();
  Http2Client client(port());
  const std::string prefix = test::framed(std::string(kMessageLimit + 1, 'x')).substr(0, 6);
  const auto stream =
      client.post("/s.Echo/Say", {{"content-type", "application/grpc"}}, prefix, true);
  const auto answer = client.receive(stream);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->field("grpc-status"), "8");
}

TEST_F(Calls, WithTooManyFieldsAreRefused) {
  serve();
  const auto answer =
      Http2Client(port()).call("/s.Echo/Say", "hello", {{"x-long", std::string(17U << 10, 'x')}});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->field("grpc-status"), "8");
}

TEST_F(Calls, ThatDoNotGoOnMeetADeadline) {
  ServerOptions options = local();
  options.requestTimeout = milliseconds(50);
  serve(options);
  Http2Client client(port());
  const auto stream = client.post("/s.Echo/Say", {{"content-type", "application/grpc"}},
                                  test::framed("hello").substr(0, 7), true);
  const auto answer = client.receive(stream);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->field("grpc-status"), "4");
}

TEST_F(Calls, ThatAreGivenUpLeaveTheOthersAlone) {
  serve();
  Http2Client client(port());
  const auto half = client.post("/s.Echo/Say", {{"content-type", "application/grpc"}},
                                test::framed("hello").substr(0, 7), true);
  client.reset(half);
  const auto answer = client.call("/s.Echo/Say", "again");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, test::framed("again"));
}

TEST_F(Calls, ThatWaitForEachOtherKeepNoOtherRequestWaiting) {
  serve();
  Http2Client client(port());
  std::vector<std::int32_t> streams;
  for (int i = 0; i < 10; ++i) {
    streams.push_back(
        client.post("/s.Echo/Wait", {{"content-type", "application/grpc"}}, test::framed("")));
  }
  entered_.wait();
  const auto page = HttpClient(port()).get("/");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->status, 200);
  held_.count_down();
  for (const std::int32_t stream : streams) {
    const auto answer = client.receive(stream);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->field("grpc-status"), "0");
  }
}

TEST_F(Calls, InFlightAreAnsweredWhenTheServerStops) {
  Server& server = serve();
  Http2Client client(port());
  const auto stream =
      client.post("/s.Echo/Wait", {{"content-type", "application/grpc"}}, test::framed(""));
  entered_.wait();
  auto stopped = std::async(std::launch::async, [&] { return server.stop(); });
  EXPECT_TRUE(client.isToldToGo());
  held_.count_down();
  const auto answer = client.receive(stream);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->field("grpc-status"), "0");
  EXPECT_TRUE(stopped.get());
}

TEST_F(Calls, ComeByHttp2Alone) {
  serve();
  HttpClient client(port());
  client.send(
      "POST /s.Echo/Say HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/grpc\r\n"
      "Content-Length: 0\r\n\r\n");
  const auto answer = client.receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 415);
}

TEST_F(Calls, AreAllThatHttp2IsFor) {
  serve();
  Http2Client client(port());
  const auto answer = client.receive(client.post("/plain", {{"content-type", "text/plain"}}, "x"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->field(":status"), "415");
  EXPECT_EQ(answer->field("content-type"), "text/plain; charset=utf-8");
  EXPECT_THAT(answer->body, testing::HasSubstr("use HTTP/1.1"));
}

TEST_F(Calls, AreCountedAmongTheRefusalsIfTheyAre) {
  Server& server = serve();
  ASSERT_TRUE(Http2Client(port()).call("/s.Echo/Say", "x", {{"authorization", "Bearer wrong"}}));
  const auto place = std::find(kRefusals.begin(), kRefusals.end(), "401") - kRefusals.begin();
  EXPECT_EQ(server.statistics().refused[static_cast<std::size_t>(place)], 1u);
}

TEST_F(Calls, MayComeInBytes) {
  serve();
  HttpClient client(port());
  const std::string bytes = settings();
  for (const char byte : bytes) client.send(std::string_view(&byte, 1));
  client.send(test::frame(6, 0, 0, "12345678"));
  EXPECT_FALSE(client.closedWithin(milliseconds(0)));
}

TEST_F(Calls, DoNotBeginWithHalfAPreface) {
  ServerOptions options = local();
  options.requestTimeout = milliseconds(50);
  serve(options);
  HttpClient client(port());
  client.send(std::string(h2::kPreface).substr(0, 20));
  EXPECT_TRUE(client.closedWithin(std::chrono::seconds(10)));
}

TEST_F(Calls, BeginWithSettings) {
  ServerOptions options = local();
  options.requestTimeout = milliseconds(50);
  serve(options);
  HttpClient client(port());
  client.send(h2::kPreface);
  EXPECT_TRUE(client.closedWithin(std::chrono::seconds(10)));
}

namespace {

// What costs a client nothing, without an end: what comes first, and what then comes again.
struct Flood {
  std::string name;
  std::string first = {};
  std::function<std::string(std::uint32_t turn)> next;
};

constexpr std::uint8_t kEndHeaders = 4;

// A call's fields by HPACK, without Huffman codes: POST, http, authority, path and media type.
std::string callFields() {
  return std::string("\x83\x86\x01\x09localhost\x04\x0B/s.Echo/Say\x0F\x10\x10") +
         "application/grpc";
}

std::vector<Flood> floods() {
  const auto always = [](std::string bytes) {
    return [bytes = std::move(bytes)](std::uint32_t) { return bytes; };
  };
  return {
      {"Settings", "", always(test::frame(4, 0, 0))},
      {"Ping", "", always(test::frame(6, 0, 0, "12345678"))},
      {"Priority", "", always(test::frame(2, 0, 3, std::string(5, '\0')))},
      {"WindowUpdate", "", always(test::frame(8, 0, 0, std::string("\0\0\0\1", 4)))},
      {"EmptyData", test::frame(1, kEndHeaders, 1, callFields()), always(test::frame(0, 0, 1))},
      {"Continuation", test::frame(1, 0, 1, callFields()), always(test::frame(9, 0, 1))},
      {"Reset", "",
       [](std::uint32_t turn) {
         return test::frame(1, kEndHeaders, 2 * turn + 1, callFields()) +
                test::frame(3, 0, 2 * turn + 1, std::string("\0\0\0\x08", 4));
       }},
  };
}

}  // namespace

class CallFloods : public Calls, public testing::WithParamInterface<Flood> {};

TEST_P(CallFloods, EndTheConnection) {
  Server& server = serve();
  HttpClient client(port());
  client.send(settings() + GetParam().first);
  std::string flood;
  for (std::uint32_t turn = 0; flood.size() < (1U << 20); ++turn) flood += GetParam().next(turn);
  client.send(flood);
  EXPECT_TRUE(client.closedWithin(std::chrono::seconds(10)));
  EXPECT_EQ(server.statistics().closed[static_cast<std::size_t>(CloseReason::kMalformed)], 1u);
}

INSTANTIATE_TEST_SUITE_P(Of, CallFloods, testing::ValuesIn(floods()),
                         [](const auto& flood) { return flood.param.name; });

}  // namespace orchestrator_exporter::http::grpc
