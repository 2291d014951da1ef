#include "http/security/web_gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include "http/front/transport.h"
#include "http/server/server.h"
#include "tests/http/security/tls/certificates.h"
#include "tests/support/http_client.h"
#include "tests/support/temporary_directory.h"

// A server with a web configuration file, as its clients see it.
namespace orchestrator_exporter::http {
namespace {

using orchestrator_exporter::test::HttpClient;
using testing::HasSubstr;
using testing::StartsWith;

// "user" with the password "secret"; of cost 4, so that it is quick.
constexpr const char* kUsers =
    "basic_auth_users: {user: $2b$04$0bYzaJ7UjyGeSmgc0lGV3uayCxh1vY5smV824I/ZWXeQj5Drzwkpq}\n";
constexpr const char* kRight = "Authorization: Basic dXNlcjpzZWNyZXQ=\r\n";
constexpr const char* kWrong = "Authorization: Basic dXNlcjp3cm9uZw==\r\n";

class WebGateTest : public testing::Test {
 protected:
  ~WebGateTest() override { server_.reset(); }

  void serve(const std::string& configuration) {
    folder_.replace("web.yml", configuration);
    ServerOptions options;
    options.listenAddresses = {"127.0.0.1:0"};
    options.workers = 2;
    const auto gate =
        std::make_shared<WebGate>(folder_.path() / "web.yml", [](std::string_view) {});
    options.gate = gate;
    options.transport = [gate](int socket) { return gate->transport(socket); };
    Router router;
    router.add("GET", "/", [](const Request&) { return Response{.body = "hello\n"}; });
    server_.emplace(std::move(options), std::move(router));
  }
  void serveTls() {
    const test::Authority authority("authority");
    const test::Issued issued = authority.issue("server", "DNS:localhost");
    folder_.replace("cert.pem", issued.certificate);
    folder_.replace("key.pem", issued.key);
    serve("tls_server_config: {cert_file: cert.pem, key_file: key.pem}\n");
  }
  int port() const { return server_->ports().at(0); }
  int statusWith(const std::string& fields) const {
    const auto answer = HttpClient(port()).get("/", fields);
    return answer ? answer->status : 0;
  }
  // All that a server with TLS answers to a request; empty if they do not agree on TLS.
  std::string askByTls(const std::string& request) const {
    const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(
        SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
    const std::unique_ptr<BIO, decltype(&BIO_free_all)> peer(BIO_new_ssl_connect(context.get()),
                                                             BIO_free_all);
    BIO_set_conn_hostname(peer.get(), ("127.0.0.1:" + std::to_string(port())).c_str());
    std::string answer;
    if (BIO_do_connect(peer.get()) != 1 || BIO_puts(peer.get(), request.c_str()) <= 0)
      return answer;
    char bytes[4096];
    for (int got = 0; (got = BIO_read(peer.get(), bytes, sizeof bytes)) > 0;) {
      answer.append(bytes, static_cast<std::size_t>(got));
    }
    return answer;
  }

  const orchestrator_exporter::test::TemporaryDirectory folder_;

 private:
  std::optional<Server> server_;
};

}  // namespace

TEST_F(WebGateTest, AnswersByTls) {
  serveTls();
  const std::string answer =
      askByTls("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, testing::EndsWith("\r\n\r\nhello\n"));
}

TEST_F(WebGateTest, TellsWhoComesWithoutTls) {
  serveTls();
  HttpClient client(port());
  client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(client.receive()->status, 400);
}

TEST_F(WebGateTest, AsksForAUserAndLetsTheRightOneIn) {
  serve(kUsers);
  const auto asked = HttpClient(port()).get("/");
  EXPECT_EQ(asked->status, 401);
  EXPECT_EQ(asked->header("WWW-Authenticate"), "Basic");
  EXPECT_EQ(statusWith(kRight), 200);
  EXPECT_EQ(statusWith(kWrong), 401);
}

TEST_F(WebGateTest, SaysOnceWhatTheServerAndTheConfigurationBothSay) {
  serve("http_server_config: {headers: {X-Content-Type-Options: nosniff}}\n");
  const auto answer = HttpClient(port()).get("/");
  const auto isIt = [](const auto& header) { return header.first == "X-Content-Type-Options"; };
  EXPECT_EQ(std::count_if(answer->headers.begin(), answer->headers.end(), isIt), 1);
}

TEST_F(WebGateTest, AsksOnPathsThatAreNotThereToo) {
  serve(kUsers);
  EXPECT_EQ(HttpClient(port()).get("/nowhere")->status, 401);
  EXPECT_EQ(HttpClient(port()).get("/nowhere", kRight)->status, 404);
}

TEST_F(WebGateTest, AddsTheConfiguredFieldsToEveryAnswer) {
  serve("http_server_config: {headers: {X-Frame-Options: deny}}\n");
  for (const char* path : {"/", "/nowhere"}) {
    EXPECT_EQ(HttpClient(port()).get(path)->header("X-Frame-Options"), "deny") << path;
  }
}

TEST_F(WebGateTest, TakesAChangedFileWithTheNextRequest) {
  serve("");
  EXPECT_EQ(statusWith(""), 200);
  folder_.replace("web.yml", kUsers);
  EXPECT_EQ(statusWith(""), 401);
}

TEST_F(WebGateTest, RefusesAllWhileTheFileIsAtFault) {
  serve("");
  folder_.replace("web.yml", "no_such_key: 1\n");
  EXPECT_EQ(statusWith(""), 500);
  folder_.replace("web.yml", "");
  EXPECT_EQ(statusWith(""), 200);
}

TEST_F(WebGateTest, RefusesWhatIsAboveTheRateAndSaysWhenToComeAgain) {
  serve(
      "rate_limit: {interval: 1h, burst: 2}\nhttp_server_config: {headers: {X-Frame-Options: "
      "deny}}\n");
  EXPECT_EQ(statusWith(""), 200);
  EXPECT_EQ(statusWith(""), 200);
  const auto refused = HttpClient(port()).get("/");
  EXPECT_EQ(refused->status, 429);
  EXPECT_THAT(refused->header("Retry-After"), testing::MatchesRegex("3[56][0-9][0-9]"));
  EXPECT_EQ(refused->header("X-Frame-Options"), "");
}

}  // namespace orchestrator_exporter::http
