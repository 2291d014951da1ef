// What targets of plain HTTP may answer.
#include <gtest/gtest.h>

#include "tests/exporter/probes/probed.h"
#include "tests/exporter/probes/socket_server.h"

namespace orchestrator_exporter::probes::test {
namespace {

// Reads the request and answers with these bytes; what was asked is kept.
class AnsweringServer {
 public:
  explicit AnsweringServer(std::string answer)
      : server_([this, answer = std::move(answer)](int socket) {
          std::string request;
          std::string line;
          while (line = receiveLine(socket), line.size() > 1) request += line + "\n";
          {
            const std::lock_guard lock(mutex_);
            request_ = request;
          }
          sendAll(socket, answer);
        }) {}

  std::string url(const std::string& path = "/") const {
    return "http://" + server_.address() + path;
  }
  std::string request() const {
    const std::lock_guard lock(mutex_);
    return request_;
  }

 private:
  mutable std::mutex mutex_;
  std::string request_;  // under the mutex
  const SocketServer server_;
};

Module httpModule() {
  Module module;
  module.prober = Prober::kHttp;
  return module;
}

Probed probedAnswer(const std::string& answer, const Module& module = httpModule()) {
  const AnsweringServer server(answer);
  return probed(module, server.url());
}

TEST(PlainHttp, SaysWhatIsAskedFor) {
  const AnsweringServer server("HTTP/1.1 204 No Content\r\n\r\n");
  Surroundings surroundings;
  surroundings.userAgent = "trial/1";
  Module module = httpModule();
  module.http.method = "POST";
  module.http.body = "a=1";
  module.http.headers = {{"Content-Type", "text/plain"}};
  module.http.client.user.text = "me";
  module.http.client.password.text = "secret";
  EXPECT_TRUE(probed(module, server.url("/path?q"), surroundings).isSuccess);
  const std::string host = server.url("").substr(7);
  EXPECT_EQ(server.request(), "POST /path?q HTTP/1.1\r\nHost: " + host +
                                  "\r\nUser-Agent: trial/1\r\nAccept: */*\r\nContent-Type: "
                                  "text/plain\r\nAuthorization: Basic bWU6c2VjcmV0\r\n"
                                  "Content-Length: 3\r\n");
}

TEST(PlainHttp, TakesABodyInChunks) {
  Module module = httpModule();
  module.http.bodyMustMatch = {Expression("^abcde$")};
  const Probed found = probedAnswer(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: "
      "t\r\n\r\n",
      module);
  EXPECT_TRUE(found.isSuccess) << found.trace;
  EXPECT_EQ(found.value("probe_http_content_length"), "-1");
  EXPECT_EQ(found.value("probe_http_uncompressed_body_length"), "5");
}

TEST(PlainHttp, TakesABodyThatEndsWithTheConnection) {
  const Probed found = probedAnswer("HTTP/1.0 200 OK\r\n\r\nall is well");
  EXPECT_TRUE(found.isSuccess) << found.trace;
  EXPECT_EQ(found.value("probe_http_version"), "1");
  EXPECT_EQ(found.value("probe_http_content_length"), "-1");
  EXPECT_EQ(found.value("probe_http_uncompressed_body_length"), "11");
}

TEST(PlainHttp, PassesOverAnswersThatAreNotTheLast) {
  const Probed found = probedAnswer(
      "HTTP/1.1 103 Early Hints\r\nX: hint\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_TRUE(found.isSuccess) << found.trace;
  EXPECT_EQ(found.value("probe_http_status_code"), "200");
}

TEST(PlainHttp, TakesAHeaderThatGoesOnInTheNextLine) {
  Module module = httpModule();
  module.http.headerMustMatch = {{"X-State", Expression("^up and well$"), false}};
  EXPECT_TRUE(
      probedAnswer("HTTP/1.1 200 OK\r\nX-State: up\r\n and well\r\nContent-Length: 0\r\n\r\n",
                   module)
          .isSuccess);
}

TEST(PlainHttp, TakesNoBodyOfWhatHasNone) {
  for (const char* const status : {"204 No Content", "304 Not Modified"}) {
    Module module = httpModule();
    module.http.validStatusCodes = {204, 304};
    const Probed found =
        probedAnswer("HTTP/1.1 " + std::string(status) + "\r\nContent-Length: 5\r\n\r\n", module);
    EXPECT_TRUE(found.isSuccess) << found.trace;
    EXPECT_EQ(found.value("probe_http_content_length"), "0");
  }
  Module head = httpModule();
  head.http.method = "HEAD";
  const Probed found = probedAnswer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", head);
  EXPECT_TRUE(found.isSuccess) << found.trace;
  EXPECT_EQ(found.value("probe_http_content_length"), "5");
}

struct Broken {
  const char* answer;
  const char* said;
  const char* status;  // as far as it is known
};

TEST(PlainHttp, FailsForAnswersThatMakeNoSense) {
  const Broken kBroken[] = {
      {"", "the connection ended before the answer", "0"},
      {"SSH-2.0-trial\r\n\r\n", "expected an answer in HTTP, got 'SSH-2.0-trial'", "0"},
      {"HTTP/1.1 2x0 OK\r\n\r\n", "expected an answer in HTTP, got 'HTTP/1.1 2x0 OK'", "0"},
      {"HTTP/3.0 200 OK\r\n\r\n", "expected an answer in HTTP", "0"},
      {"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "expected a header, got 'no colon'", "0"},
      {"HTTP/1.1 200 OK\r\nX: y", "the connection ended before the answer", "0"},
      {"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", "expected a number in Content-Length",
       "200"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nless", "the connection ended in the answer",
       "200"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "", "200"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", "the connection ended",
       "200"},
  };
  for (const Broken& broken : kBroken) {
    const Probed found = probedAnswer(broken.answer);
    EXPECT_FALSE(found.isSuccess) << broken.answer;
    EXPECT_NE(found.trace.find(broken.said), std::string::npos) << broken.answer << found.trace;
    EXPECT_EQ(found.value("probe_http_status_code"), broken.status) << broken.answer;
  }
}

TEST(PlainHttp, EndsAHeadWithoutEnd) {
  const SocketServer endless([](int socket) {
    const std::string lines(16 * 1024, 'x');
    for (int i = 0; i < 200; ++i) sendAll(socket, "X: " + lines + "\r\n");
  });
  const Probed found = probed(httpModule(), "http://" + endless.address() + "/");
  EXPECT_FALSE(found.isSuccess);
}

TEST(PlainHttp, SendsNoHeaderThatWouldBeTwo) {
  const AnsweringServer server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  const Probed found = probed(httpModule(), server.url(), {}, "shop\r\nX: y");
  EXPECT_FALSE(found.isSuccess);
  EXPECT_EQ(server.request(), "");
}

}  // namespace
}  // namespace orchestrator_exporter::probes::test
