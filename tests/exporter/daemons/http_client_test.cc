#include "exporter/daemons/http_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "exporter/daemons/socket.h"
#include "metrics/base/errors.h"
#include "tests/support/collectors.h"
#include "tests/support/fake_http_server.h"

namespace orchestrator_exporter {

namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::chrono::steady_clock::time_point soon() {
  return std::chrono::steady_clock::now() + std::chrono::seconds(20);
}

HttpAddress addressOf(const FakeHttpServer& server, const std::string& path = "/") {
  return HttpAddress::parse("http://127.0.0.1:" + std::to_string(server.port()) + path).value();
}

// What comes of a server that answers with these bytes.
std::string bodyOf(const std::string& answer) {
  const FakeHttpServer server(answer);
  return postHttp(addressOf(server), "text/xml", "question", soon());
}

std::string errorOf(const std::string& answer) {
  try {
    bodyOf(answer);
  } catch (const std::exception& error) {
    return error.what();
  }
  return {};
}

}  // namespace

TEST(HttpAddress, HasHostPortAndPath) {
  const auto whole = HttpAddress::parse("http://example.org:8080/RPC2?a=b");
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->host, "example.org");
  EXPECT_EQ(whole->port, 8080);
  EXPECT_EQ(whole->target, "/RPC2?a=b");
  EXPECT_EQ(whole->credentials, "");
  EXPECT_EQ(whole->socketPath, "");
  const auto least = HttpAddress::parse("http://h");
  ASSERT_TRUE(least);
  EXPECT_EQ(least->port, 80);
  EXPECT_EQ(least->target, "/");
}

TEST(HttpAddress, TakesAddressesOfIpv6InBrackets) {
  const auto address = HttpAddress::parse("http://[::1]:9001/RPC2");
  ASSERT_TRUE(address);
  EXPECT_EQ(address->host, "::1");
  EXPECT_EQ(address->port, 9001);
  EXPECT_EQ(HttpAddress::parse("http://[fe80::1]")->port, 80);
}

TEST(HttpAddress, UndoesPercentSignsInCredentials) {
  EXPECT_EQ(HttpAddress::parse("http://user:pa%40ss@h/")->credentials, "user:pa@ss");
  EXPECT_EQ(HttpAddress::parse("http://user:a@b@h/")->credentials, "user:a@b");
  EXPECT_EQ(HttpAddress::parse("http://50%:%zz@h/")->credentials, "50%:%zz");
}

TEST(HttpAddress, MayBeASocketOfThisHost) {
  const auto address = HttpAddress::parse("unix:///run/supervisor.sock");
  ASSERT_TRUE(address);
  EXPECT_EQ(address->socketPath, "/run/supervisor.sock");
  EXPECT_EQ(address->target, "/RPC2");
  EXPECT_EQ(HttpAddress::parse("unix:///run/a%20b")->socketPath, "/run/a b");
}

TEST(HttpAddress, IsNothingElse) {
  for (const char* url :
       {"", "h", "http://", "http:///path", "http://:80", "https://h", "ftp://h", "http://h:0",
        "http://h:65536", "http://h:x", "http://h:-1", "http://[::1]x", "http://[::1]:x",
        "http://[]", "unix://relative", "unix://", "HTTP://h"}) {
    EXPECT_FALSE(HttpAddress::parse(url)) << url;
  }
}

TEST(HttpClient, GivesTheBodyOfAnAnswer) {
  EXPECT_EQ(bodyOf("HTTP/1.0 200 OK\r\nContent-Type: text/xml\r\n\r\n<a/>\r\n\r\nb"),
            "<a/>\r\n\r\nb");
  EXPECT_EQ(bodyOf("HTTP/1.1 204 No Content\r\n\r\n"), "");
}

TEST(HttpClient, SendsTheWholeQuestion) {
  const FakeHttpServer server("HTTP/1.0 200 OK\r\n\r\n");
  HttpAddress address = addressOf(server, "/RPC2");
  address.credentials = "user:secret";
  postHttp(address, "text/xml", "<call/>", soon());
  const std::string request = server.request();
  EXPECT_THAT(request, StartsWith("POST /RPC2 HTTP/1.0\r\n"));
  EXPECT_THAT(request, HasSubstr("\r\nHost: 127.0.0.1\r\n"));
  EXPECT_THAT(request, HasSubstr("\r\nContent-Length: 7\r\n"));
  EXPECT_THAT(request, HasSubstr("\r\nContent-Type: text/xml\r\n"));
  // RFC 7617 gives no example of this one; `base64` of coreutils does.
  EXPECT_THAT(request, HasSubstr("\r\nAuthorization: Basic dXNlcjpzZWNyZXQ=\r\n"));
  EXPECT_THAT(request, testing::EndsWith("\r\n\r\n<call/>"));
}

TEST(HttpClient, SendsNoCredentialsUnlessItHasSome) {
  const FakeHttpServer server("HTTP/1.0 200 OK\r\n\r\n");
  postHttp(addressOf(server), "text/xml", "", soon());
  EXPECT_THAT(server.request(), testing::Not(HasSubstr("Authorization")));
}

TEST(HttpClient, AsksASocketOfThisHost) {
  TempSystem system;
  const std::string path = system.path("socket");
  const FakeHttpServer server("HTTP/1.0 200 OK\r\n\r\nyes", path);
  EXPECT_EQ(postHttp(HttpAddress::parse("unix://" + path).value(), "text/xml", "", soon()), "yes");
  EXPECT_THAT(server.request(), HasSubstr("\r\nHost: localhost\r\n"));
}

TEST(HttpClient, ReadsToTheEndOfTheConnectionWhateverTheLengthSays) {
  EXPECT_EQ(bodyOf("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nlonger"), "longer");
  EXPECT_EQ(bodyOf("HTTP/1.0 200 OK\r\nContent-Length: 99999\r\n\r\nshorter"), "shorter");
  EXPECT_EQ(bodyOf("HTTP/1.0 200 OK\r\nContent-Length: -1\r\n\r\nany"), "any");
}

TEST(HttpClient, RefusesOtherStatuses) {
  EXPECT_THAT(errorOf("HTTP/1.1 401 Unauthorized\r\n\r\nsecret"),
              HasSubstr("expected status 200, got '401 Unauthorized'"));
  for (const char* status : {"100 Continue", "302 Found", "500 x", "", "x", "OK 200"}) {
    EXPECT_THAT(errorOf("HTTP/1.0 " + std::string(status) + "\r\n\r\n"),
                HasSubstr("expected status 200"))
        << status;
  }
}

TEST(HttpClient, RefusesWhatIsNoHttp) {
  for (const char* answer : {"", "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/2 200 OK\r\n\r\n", "HTTP/1.1 200",
                             "HTTP/1.1 200 OK\r\nA: b\r\n", "HTTP/1.1 200 OK\n\nbody"}) {
    EXPECT_THAT(errorOf(answer), HasSubstr("expected an answer in HTTP")) << answer;
  }
}

TEST(HttpClient, ShowsAStrangeAnswerInPrintableCharacters) {
  EXPECT_THAT(errorOf("\x16\x03\x01"), HasSubstr("got '\\x16\\x03\\x01'"));
}

TEST(HttpClient, RefusesAnAnswerThatIsTooLarge) {
  const std::string body(std::size_t{17} << 20, 'x');
  EXPECT_THAT(errorOf("HTTP/1.0 200 OK\r\n\r\n" + body), HasSubstr("answer too large"));
}

TEST(HttpClient, NamesAPeerThatIsNotThere) {
  TempSystem system;
  const HttpAddress address{.socketPath = system.path("none")};
  try {
    postHttp(address, "text/xml", "", soon());
    FAIL() << "answered";
  } catch (const SocketError& error) {
    EXPECT_EQ(error.what(), address.socketPath + ": No such file or directory");
  }
}

}  // namespace orchestrator_exporter
