#include "http/server/message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/server/header_value.h"
#include "http/server/uri.h"

namespace orchestrator_exporter::http {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(Request, FindsHeadersWithoutRegardToCase) {
  const Request request{.headers = {{"Accept", "a"}, {"X-Other", "b"}, {"ACCEPT", "c"}}};
  EXPECT_EQ(request.header("accept"), "a");
  EXPECT_EQ(request.header("x-missing"), std::nullopt);
  EXPECT_EQ(request.headerList("accept"), "a, c");
  EXPECT_EQ(request.headerList("x-missing"), std::nullopt);
}

TEST(Request, KeepsTheOrderOfValues) {
  const Request request{.parameters = {{"collect[]", "cpu"}, {"x", "1"}, {"collect[]", "stat"}}};
  EXPECT_THAT(request.values("collect[]"), ElementsAre("cpu", "stat"));
  EXPECT_THAT(request.values("collect"), ElementsAre());
}

TEST(Request, KnowsLoopbackAddresses) {
  for (const char* yes : {"127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"}) {
    EXPECT_TRUE(Request{.remoteAddress = yes}.fromLoopback()) << yes;
  }
  for (const char* no :
       {"", "10.0.0.127", "::", "1.127.0.0.1", "::ffff:10.0.0.1", "fe80::1", "::12"}) {
    EXPECT_FALSE(Request{.remoteAddress = no}.fromLoopback()) << no;
  }
}

TEST(Uri, PathsLoseEmptyAndDottedSegments) {
  EXPECT_EQ(withoutDots("//a/./b//../c"), "/a/c");
  EXPECT_EQ(withoutDots("/../.."), "/");
  EXPECT_EQ(withoutDots("/a/"), "/a/");
  EXPECT_EQ(withoutDots("/a/.."), "/");
  EXPECT_EQ(withoutDots(""), "/");
}

TEST(Uri, DecodesPaths) {
  EXPECT_EQ(decodePath("/a%20b+c"), "/a b+c");
  EXPECT_EQ(decodePath("/%C3%A4"), "/ä");
  EXPECT_EQ(decodePath("/metrics%00x"), std::string("/metrics\0x", 10));
  for (const char* bad : {"/%", "/%4", "/%zz", "/%%", "/a%-1"}) {
    EXPECT_EQ(decodePath(bad), std::nullopt) << bad;
  }
}

TEST(Uri, DecodesQueries) {
  EXPECT_THAT(*decodeQuery("collect[]=cpu&collect%5B%5D=a+b%26c&flag&=x&&y="),
              ElementsAre(Pair("collect[]", "cpu"), Pair("collect[]", "a b&c"), Pair("flag", ""),
                          Pair("", "x"), Pair("y", "")));
  EXPECT_THAT(*decodeQuery(""), ElementsAre());
  EXPECT_EQ(decodeQuery("a=%"), std::nullopt);
  EXPECT_EQ(decodeQuery("%x=1"), std::nullopt);
}

TEST(HeaderValue, FindsTokensInLists) {
  EXPECT_TRUE(listNames("TE, Keep-Alive", "keep-alive"));
  EXPECT_FALSE(listNames("keep-alive-not, close", "keep-alive"));
  EXPECT_FALSE(listNames("", "close"));
}

}  // namespace
}  // namespace orchestrator_exporter::http
