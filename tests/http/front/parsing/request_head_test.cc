#include "http/front/parsing/request_head.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>

#include "tests/http/front/parsing/request_heads.h"

namespace orchestrator_exporter::http {
namespace {

using test::headOf;
using test::headWith;
using testing::ElementsAre;
using testing::Pair;
using testing::SizeIs;

RequestHead parsed(std::string_view bytes) {
  const auto head = parseRequestHead(bytes);
  if (!head) throw std::runtime_error("not whole");
  return *head;
}

int refusalOf(std::string_view bytes) {
  try {
    parseRequestHead(bytes);
  } catch (const HttpError& error) {
    return error.status();
  }
  return 0;
}

TEST(RequestHead, TellsWhatWasSent) {
  const std::string bytes =
      "POST /api/v1/records?dry=1 HTTP/1.1\r\nHost: exporter.example:10190\r\nX-A: b\r\n"
      "Content-Length: 5\r\n\r\n";
  const RequestHead head = parsed(bytes + "12345GET");
  EXPECT_EQ(head.method, "POST");
  EXPECT_EQ(head.target, "/api/v1/records?dry=1");
  EXPECT_EQ(head.minorVersion, 1);
  EXPECT_THAT(head.fields, ElementsAre(Pair("Host", "exporter.example:10190"), Pair("X-A", "b"),
                                       Pair("Content-Length", "5")));
  EXPECT_EQ(head.host, "exporter.example:10190");
  EXPECT_EQ(head.contentLength, 5U);
  EXPECT_FALSE(head.chunked);
  EXPECT_TRUE(head.keepAlive);
  EXPECT_FALSE(head.expectsContinue);
  EXPECT_EQ(head.bytes, bytes.size());
}

TEST(RequestHead, FindsTheFirstFieldWithoutRegardToCase) {
  const RequestHead head = parsed(headWith("X-A: b\r\nx-a: c\r\n"));
  EXPECT_EQ(head.header("x-A"), "b");
  EXPECT_EQ(head.header("x-b"), std::nullopt);
}

TEST(RequestHead, TakesWhitespaceOffValuesAndLeavesItInside) {
  const RequestHead head = parsed(headWith("A:b\r\nB: \t b \t c \t\r\nC:\r\nD: \t\r\n"));
  EXPECT_EQ(head.header("A"), "b");
  EXPECT_EQ(head.header("B"), "b \t c");
  EXPECT_EQ(head.header("C"), "");
  EXPECT_EQ(head.header("D"), "");
}

TEST(RequestHead, TakesBytesOutsideOfAsciiInValues) {
  EXPECT_EQ(parsed(headWith("A: caf\xC3\xA9 \xFF\r\n")).header("A"), "caf\xC3\xA9 \xFF");
}

TEST(RequestHead, PassesOverOneEmptyLineBeforeTheRequest) {
  const RequestHead head = parsed("\r\n" + headWith(""));
  EXPECT_EQ(head.method, "GET");
  EXPECT_EQ(head.bytes, headWith("").size() + 2);
}

TEST(RequestHead, TakesLaterMinorVersionsForItsOwn) {
  EXPECT_EQ(parsed(headOf("GET / HTTP/1.0")).minorVersion, 0);
  EXPECT_EQ(parsed(headOf("GET / HTTP/1.2")).minorVersion, 1);
  EXPECT_EQ(parsed(headOf("GET / HTTP/1.9")).minorVersion, 1);
}

TEST(RequestHead, TakesAnyTokenForAMethodAndKnowsSeven) {
  EXPECT_EQ(parsed(headOf("!#$%&'*+-.^_`|~09azAZ / HTTP/1.1")).method, "!#$%&'*+-.^_`|~09azAZ");
  EXPECT_EQ(parsed(headOf(std::string(32, 'M') + " / HTTP/1.1")).method, std::string(32, 'M'));
  for (const char* known : {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"}) {
    EXPECT_TRUE(isKnownMethod(known)) << known;
  }
  for (const char* unknown : {"TRACE", "CONNECT", "BREW", "get", ""}) {
    EXPECT_FALSE(isKnownMethod(unknown)) << unknown;
  }
}

TEST(RequestHead, GivesTheHostOfTheUrlBeforeThatOfTheField) {
  const RequestHead head = parsed(headOf("GET HTTP://b:1/metrics?x=1 HTTP/1.1"));
  EXPECT_EQ(head.target, "/metrics?x=1");
  EXPECT_EQ(head.host, "b:1");
  EXPECT_THAT(head.fields, ElementsAre(Pair("Host", "b:1")));
}

TEST(RequestHead, HasNoHostWhereHttpAllowsIt) {
  EXPECT_EQ(parsed("GET / HTTP/1.1\r\nHost:\r\n\r\n").host, "");
  EXPECT_EQ(parsed("GET / HTTP/1.0\r\n\r\n").host, "");
  EXPECT_EQ(parsed("GET http://b/ HTTP/1.0\r\n\r\n").host, "b");
}

TEST(RequestHead, ReadsLengths) {
  const auto lengthOf = [](const std::string& lines) {
    return parsed(headWith(lines)).contentLength;
  };
  EXPECT_EQ(lengthOf(""), std::nullopt);
  EXPECT_EQ(lengthOf("content-length:0\r\n"), 0U);
  EXPECT_EQ(lengthOf("Content-Length: 18446744073709551615\r\n"),
            std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(lengthOf("Content-Length: 5, 5\r\n"), 5U);
  EXPECT_EQ(lengthOf("Content-Length: 5\r\nContent-Length: 05\r\n"), 5U);
}

TEST(RequestHead, ReadsChunkedInAnyCase) {
  EXPECT_TRUE(parsed(headWith("Transfer-Encoding: chunked\r\n")).chunked);
  EXPECT_TRUE(parsed(headWith("TRANSFER-ENCODING:\tChunkeD\t\r\n")).chunked);
}

TEST(RequestHead, KeepsAliveAsTheConnectionFieldsSay) {
  const auto keptAlive = [](const std::string& version, const std::string& lines) {
    return parsed("GET / HTTP/" + version + "\r\nHost: a\r\n" + lines + "\r\n").keepAlive;
  };
  EXPECT_TRUE(keptAlive("1.1", ""));
  EXPECT_TRUE(keptAlive("1.1", "Connection: Upgrade\r\n"));
  EXPECT_FALSE(keptAlive("1.1", "Connection: TE, Close\r\n"));
  EXPECT_FALSE(keptAlive("1.1", "Connection: close\r\nConnection: keep-alive\r\n"));
  EXPECT_FALSE(keptAlive("1.1", "Connection: close, keep-alive\r\n"));
  EXPECT_FALSE(keptAlive("1.0", ""));
  EXPECT_TRUE(keptAlive("1.0", "Connection: Keep-Alive\r\nConnection: TE\r\n"));
  EXPECT_FALSE(keptAlive("1.0", "Connection: keep-alive, close\r\n"));
}

TEST(RequestHead, ExpectsContinueFromHttp11On) {
  EXPECT_TRUE(parsed(headWith("Expect: 100-Continue\r\n")).expectsContinue);
  EXPECT_FALSE(parsed("POST / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n").expectsContinue);
}

TEST(RequestHead, IsNotWholeBeforeItsEmptyLine) {
  for (const char* bytes : {"", "\r", "\r\n", "GE", "GET ", "GET /", "GET / HTTP/1.1\r\n",
                            "GET / HTTP/1.1\r\nHost: a\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\r"}) {
    EXPECT_EQ(parseRequestHead(bytes), std::nullopt) << bytes;
  }
}

TEST(RequestHead, IsRefusedBeforeItIsWhole) {
  using namespace std::string_view_literals;
  for (const std::string_view bytes : {"\n"sv,
                                       "\rG"sv,
                                       "\r\n\r"sv,
                                       "\x16"sv,
                                       "G\0"sv,
                                       "GET\t"sv,
                                       "GET  "sv,
                                       "GET 1"sv,
                                       "GET /\x80"sv,
                                       "GET /#"sv,
                                       "GET / X"sv,
                                       "GET / HTTP/x"sv,
                                       "GET / HTTP/1.1 "sv,
                                       "GET a:b HTTP/1.1\r\n"sv,
                                       "GET / HTTP/1.1\r\n "sv,
                                       "GET / HTTP/1.1\r\nA "sv,
                                       "GET / HTTP/1.1\r\nA\r"sv,
                                       "GET / HTTP/1.1\r\nA: \x01"sv,
                                       "GET / HTTP/1.1\r\nA: b\n"sv,
                                       "GET / HTTP/1.1\r\nHost: a b\r\n"sv,
                                       "GET / HTTP/1.1\r\nContent-Length: x\r\n"sv}) {
    EXPECT_EQ(refusalOf(bytes), 400) << testing::PrintToString(bytes);
    EXPECT_EQ(refusalOf(bytes.substr(0, bytes.size() - 1)), 0) << testing::PrintToString(bytes);
  }
  EXPECT_EQ(refusalOf("CONNECT "), 501);
  EXPECT_EQ(refusalOf("GET / HTTP/2.0\r\n"), 505);
  EXPECT_EQ(refusalOf("POST / HTTP/1.1\r\nExpect: x\r\n"), 417);
}

TEST(RequestHead, MayHaveARequestLineOf8KiB) {
  const std::string_view around = "GET / HTTP/1.1";
  const std::string path(8192 - around.size(), 'a');
  EXPECT_THAT(parsed(headOf("GET /" + path + " HTTP/1.1")).target, SizeIs(path.size() + 1));
  EXPECT_EQ(refusalOf(headOf("GET /a" + path + " HTTP/1.1")), 414);
  EXPECT_EQ(refusalOf("GET /" + std::string(8186, 'a')), 0);
  EXPECT_EQ(refusalOf("GET /" + std::string(8187, 'a')), 414);
}

TEST(RequestHead, MayHave60Fields) {
  std::string lines;
  for (int i = 0; i < 59; ++i) lines += "A: b\r\n";
  EXPECT_THAT(parsed(headWith(lines)).fields, SizeIs(60));
  EXPECT_EQ(refusalOf(headWith(lines + "A: b\r\n")), 431);
}

TEST(RequestHead, MayHave16KiB) {
  const std::string value(16384 - headWith("A: \r\n").size(), 'b');
  EXPECT_EQ(parsed(headWith("A: " + value + "\r\n")).bytes, 16384U);
  EXPECT_EQ(refusalOf(headWith("A: b" + value + "\r\n")), 431);
}

TEST(RequestHead, MayBeFollowedByAnything) {
  const std::string body(100'000, '\0');
  EXPECT_EQ(parsed(headWith("") + body).bytes, headWith("").size());
}

}  // namespace
}  // namespace orchestrator_exporter::http
