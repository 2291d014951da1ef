#include "http/client/requester.h"

#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "http/client/url.h"
#include "tests/support/scripted_server.h"
#include "tests/support/temporary_directory.h"

namespace orchestrator_exporter::http {
namespace {

using test::httpAnswer;
using test::ReceivedRequest;
using test::ScriptedServer;
using Kind = ClientError::Kind;

ScriptedServer::Script always(std::string answer) {
  return [answer = std::move(answer)](const ReceivedRequest&) { return answer; };
}

ClientRequest get(std::string url) { return {.url = std::move(url)}; }

// The kind of error that sending ends in; nullopt if there is an answer.
std::optional<Kind> faultOf(Requester& client, const ClientRequest& request) {
  try {
    client.send(request);
    return std::nullopt;
  } catch (const ClientError& error) {
    return error.kind();
  }
}

TEST(Requester, GetsAnAnswerWithItsHeadersAndBody) {
  const ScriptedServer server(always(httpAnswer(404, "not here", "Retry-After: 7 \r\n")));
  Requester client({.userAgent = "tester/1"});
  const ClientAnswer answer = client.send(get(server.url("/a?b=c")));
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.body, "not here");
  EXPECT_EQ(answer.header("retry-after"), "7");
  EXPECT_EQ(answer.header("Other"), std::nullopt);
  const ReceivedRequest request = server.requests().at(0);
  EXPECT_EQ(request.line, "GET /a?b=c HTTP/1.1");
  EXPECT_EQ(request.header("User-Agent"), "tester/1");
  EXPECT_EQ(request.header("Host"), "127.0.0.1:" + std::to_string(server.port()));
}

TEST(Requester, PostsBytesOfAnyKindAndLengthWithoutWaitingForLeave) {
  const ScriptedServer server(always(httpAnswer(200)));
  Requester client({});
  const std::string body = std::string("\0\r\n\xff", 4) + std::string(3'000'000, 'x');
  client.send({.method = "POST",
               .url = server.url(),
               .headers = {{"Content-Type", "application/x-protobuf"}, {"X-Empty", ""}},
               .body = body});
  client.send({.method = "POST", .url = server.url()});
  const auto requests = server.requests();
  EXPECT_EQ(requests.at(0).line, "POST / HTTP/1.1");
  EXPECT_TRUE(requests.at(0).body == body);
  EXPECT_EQ(requests.at(0).header("Content-Type"), "application/x-protobuf");
  EXPECT_TRUE(requests.at(0).has("X-Empty"));
  EXPECT_FALSE(requests.at(0).has("Expect"));
  EXPECT_EQ(requests.at(1).header("Content-Length"), "0");
}

TEST(Requester, KeepsItsConnection) {
  const ScriptedServer server(always(httpAnswer(200, "fine")));
  Requester client({});
  for (int i = 0; i < 3; ++i) client.send(get(server.url()));
  EXPECT_EQ(server.requests().back().connection, 0);
}

TEST(Requester, GivesItsNameAndPassword) {
  const ScriptedServer server(always(httpAnswer(200)));
  Requester client({.user = {.text = "Aladdin"}, .password = {.text = "open sesame"}});
  client.send(get(server.url()));
  // The example of RFC 7617, section 2.
  EXPECT_EQ(server.requests().at(0).header("Authorization"), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
}

TEST(Requester, ReadsACredentialsFileAgainForTheNextRequest) {
  const test::TemporaryDirectory directory;
  const ScriptedServer server(always(httpAnswer(200)));
  directory.replace("token", "first\n");
  Requester client({.credentials = {.file = directory.path() / "token"}});
  client.send(get(server.url()));
  directory.replace("token", "second\n");
  client.send(get(server.url()));
  EXPECT_EQ(server.requests().at(0).header("Authorization"), "Bearer first");
  EXPECT_EQ(server.requests().at(1).header("Authorization"), "Bearer second");
}

TEST(Requester, IsNotConnectedWithoutItsCredentialsFile) {
  const ScriptedServer server(always(httpAnswer(200)));
  Requester client({.credentials = {.file = "/nonexistent/token"}});
  EXPECT_EQ(faultOf(client, get(server.url())), Kind::kNotConnected);
  EXPECT_TRUE(server.requests().empty());
}

TEST(Requester, FollowsARedirectWithTheBodyOfAPost) {
  for (const int status : {307, 308}) {
    const ScriptedServer server([&](const ReceivedRequest& request) {
      return request.line.starts_with("POST /old")
                 ? httpAnswer(status, "", "Location: ../new?x=1\r\n")
                 : httpAnswer(204);
    });
    Requester client({.credentials = {.text = "secret"}});
    const ClientAnswer answer =
        client.send({.method = "POST", .url = server.url("/old/er"), .body = "body"});
    EXPECT_EQ(answer.status, 204);
    EXPECT_EQ(server.requests().at(1).line, "POST /new?x=1 HTTP/1.1");
    EXPECT_EQ(server.requests().at(1).body, "body");
    EXPECT_EQ(server.requests().at(1).header("Authorization"), "Bearer secret");
  }
}

TEST(Requester, FollowsNoRedirectThatWouldMakeAGetOfAPost) {
  const ScriptedServer server(always(httpAnswer(302, "", "Location: /new\r\n")));
  Requester client({});
  EXPECT_EQ(client.send({.method = "POST", .url = server.url()}).status, 302);
  EXPECT_EQ(server.requests().size(), 1u);
}

TEST(Requester, FollowsNoRedirectIfItIsNotTo) {
  const ScriptedServer server(always(httpAnswer(308, "", "Location: /new\r\n")));
  Requester client({.followRedirects = false});
  EXPECT_EQ(client.send(get(server.url())).status, 308);
}

TEST(Requester, GivesUpAfterTenRedirects) {
  const ScriptedServer server(always(httpAnswer(307, "", "Location: /\r\n")));
  Requester client({});
  EXPECT_EQ(client.send({.method = "POST", .url = server.url()}).status, 307);
  EXPECT_EQ(server.requests().size(), 11u);
}

TEST(Requester, TellsItsSecretsToNoHostThatAnotherNames) {
  const ScriptedServer other(always(httpAnswer(200)));
  const ScriptedServer server(always(httpAnswer(307, "", "Location: " + other.url() + "\r\n")));
  Requester client({.headers = {{"X-Key", {.text = "k"}}}, .credentials = {.text = "secret"}});
  EXPECT_EQ(client.send(get(server.url())).status, 200);
  EXPECT_TRUE(server.requests().at(0).has("Authorization"));
  EXPECT_TRUE(server.requests().at(0).has("X-Key"));
  EXPECT_FALSE(other.requests().at(0).has("Authorization"));
  EXPECT_FALSE(other.requests().at(0).has("X-Key"));
}

TEST(Requester, GivesUpWhenItsTimeIsOver) {
  const ScriptedServer server(always(std::string(ScriptedServer::kHang)));
  Requester client({.timeout = std::chrono::milliseconds(20)});
  EXPECT_EQ(faultOf(client, get(server.url())), Kind::kTimedOut);
}

TEST(Requester, EndsAtOnceWhenItIsCancelled) {
  const ScriptedServer server(always(std::string(ScriptedServer::kHang)));
  Requester client({.timeout = std::chrono::hours(1)});
  std::thread other([&] {
    server.waitFor(1);
    client.cancel();
  });
  EXPECT_EQ(faultOf(client, get(server.url())), Kind::kCancelled);
  EXPECT_EQ(faultOf(client, get(server.url())), Kind::kCancelled);
  other.join();
}

TEST(Requester, TellsABrokenConnectionFromNone) {
  std::string url;
  {
    const ScriptedServer server(always(std::string(ScriptedServer::kClose)));
    url = server.url();
    Requester client({});
    EXPECT_EQ(faultOf(client, get(url)), Kind::kBroken);
  }
  Requester client({});
  EXPECT_EQ(faultOf(client, get(url)), Kind::kNotConnected);
}

TEST(Requester, TakesWhatIsNoHttpForBroken) {
  const ScriptedServer server(always("SSH-2.0-x\r\n\r\n"));
  Requester client({});
  EXPECT_EQ(faultOf(client, get(server.url())), Kind::kBroken);
}

TEST(Requester, CutsABodyThatIsTooLong) {
  const ScriptedServer server(always(httpAnswer(200, "0123456789")));
  Requester client({.bodyLimit = 4});
  for (int i = 0; i < 2; ++i) {
    const ClientAnswer answer = client.send(get(server.url()));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "0123");
    EXPECT_TRUE(answer.bodyIsCut);
  }
}

TEST(Requester, SendsThroughAProxy) {
  const ScriptedServer proxy(always(httpAnswer(200)));
  Requester client({.proxy = {.url = proxy.url()}});
  client.send(get("http://nowhere.invalid/x"));
  EXPECT_EQ(proxy.requests().at(0).line, "GET http://nowhere.invalid/x HTTP/1.1");
}

TEST(Requester, LeavesTheProxyOutForSomeHosts) {
  const ScriptedServer proxy(always(httpAnswer(502)));
  const ScriptedServer server(always(httpAnswer(200)));
  Requester client({.proxy = {.url = proxy.url(), .noProxy = "example.org,127.0.0.0/8"}});
  EXPECT_EQ(client.send(get(server.url())).status, 200);
}

TEST(Requester, RefusesWhatIsNoUrlAndHeadersOfTwoLines) {
  Requester client({});
  for (const char* url :
       {"", "/path", "ftp://host/", "file:///etc/passwd", "http://", "http://a b/"}) {
    EXPECT_EQ(faultOf(client, get(url)), Kind::kInvalid) << url;
  }
  EXPECT_EQ(faultOf(client, {.url = "http://localhost/", .headers = {{"A", "b\r\nC: d"}}}),
            Kind::kInvalid);
}

TEST(ClientUrl, IsShownWithoutItsUserAndPassword) {
  EXPECT_EQ(withoutUserInfo("https://me:secret@host:1/a@b?c@d"), "https://host:1/a@b?c@d");
  EXPECT_EQ(withoutUserInfo("https://me:sec@ret@host"), "https://host");
  EXPECT_EQ(withoutUserInfo("https://host/?a@b"), "https://host/?a@b");
  EXPECT_EQ(withoutUserInfo("me:secret@host"), "host");
}

}  // namespace
}  // namespace orchestrator_exporter::http
