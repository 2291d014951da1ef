#include "http/front/parsing/request_target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "http/server/message.h"

namespace orchestrator_exporter::http {
namespace {

using namespace std::string_view_literals;
using testing::AllOf;
using testing::Field;
using testing::Throws;

auto isTarget(const std::string& path, const std::string& host) {
  return AllOf(Field("path", &RequestTarget::path, path),
               Field("host", &RequestTarget::host, host));
}

TEST(RequestTarget, IsAPathAsItWasSent) {
  for (const char* path : {"/", "//", "/a?b", "/?", "/%2e%2E/%", "/http://a/", "/a:b@c\\d"}) {
    EXPECT_THAT(parseRequestTarget("GET", path), isTarget(path, "")) << path;
  }
}

TEST(RequestTarget, MayBeAUrlOfAnyHost) {
  EXPECT_THAT(parseRequestTarget("GET", "http://a.example:80/b?c"),
              isTarget("/b?c", "a.example:80"));
  EXPECT_THAT(parseRequestTarget("GET", "HTTPS://[::1]/b/http://c"),
              isTarget("/b/http://c", "[::1]"));
  EXPECT_THAT(parseRequestTarget("GET", "http://a//b"), isTarget("//b", "a"));
}

TEST(RequestTarget, HasTheRootForAnEmptyPath) {
  EXPECT_THAT(parseRequestTarget("GET", "http://a"), isTarget("/", "a"));
  EXPECT_THAT(parseRequestTarget("GET", "http://a?b/c"), isTarget("/?b/c", "a"));
  EXPECT_THAT(parseRequestTarget("OPTIONS", "http://a?b"), isTarget("/?b", "a"));
}

TEST(RequestTarget, IsTheServerForOptionsOnly) {
  EXPECT_THAT(parseRequestTarget("OPTIONS", "*"), isTarget("*", ""));
  EXPECT_THAT(parseRequestTarget("OPTIONS", "http://a:1"), isTarget("*", "a:1"));
  EXPECT_THAT([] { parseRequestTarget("HEAD", "*"); }, Throws<HttpError>());
}

TEST(RequestTarget, IsRefusedForAUserAndForAHostThatIsNone) {
  for (const char* target : {"http://a@b", "http://@a/", "http://a:b@c/", "http://a%40b@c?d"}) {
    EXPECT_THAT([target] { parseRequestTarget("GET", target); }, Throws<HttpError>()) << target;
  }
  for (const char* target : {"http://", "http://?a", "http://:80/", "https://a:b/", "http://[/"}) {
    EXPECT_THAT([target] { parseRequestTarget("GET", target); }, Throws<HttpError>()) << target;
  }
}

TEST(RequestTarget, KnowsHostsAndPorts) {
  for (const std::string_view right :
       {"a"sv, "a.b-c_d~e"sv, "a:80"sv, "a:"sv, "a:0"sv, "a:65535"sv, "a:00080"sv, "127.0.0.1:1"sv,
        "[::]"sv, "[::1]:9100"sv, "[2001:db8::ffff:192.0.2.1]:"sv, "%C3%A4.example"sv,
        "xn--4ca.example."sv, "!$&'()*+,;="sv}) {
    EXPECT_TRUE(isHostAndPort(right)) << right;
  }
  for (const std::string_view wrong : {""sv,
                                       ":80"sv,
                                       ":"sv,
                                       "a:b"sv,
                                       "a:-1"sv,
                                       "a:65536"sv,
                                       "a:99999999999999999999"sv,
                                       "a:80:80"sv,
                                       "a b"sv,
                                       " a"sv,
                                       "a/"sv,
                                       "a?b"sv,
                                       "a#b"sv,
                                       "a@b"sv,
                                       "a\\b"sv,
                                       "a\0"sv,
                                       "\xC3\xA4"sv,
                                       "%"sv,
                                       "%4"sv,
                                       "a%4g"sv,
                                       "::1"sv,
                                       "[::1"sv,
                                       "[]"sv,
                                       "[::1]a"sv,
                                       "[::1]:a"sv,
                                       "[127.0.0.1]"sv,
                                       "[fe80::1%lo]"sv,
                                       "[v1.a]"sv,
                                       "[::1\0]"sv,
                                       "[a]"sv,
                                       "a[::1]"sv,
                                       "[0000:0000:0000:0000:0000:0000:0000:0000:0000:0000]"sv}) {
    EXPECT_FALSE(isHostAndPort(wrong)) << testing::PrintToString(wrong);
  }
}

}  // namespace
}  // namespace orchestrator_exporter::http
