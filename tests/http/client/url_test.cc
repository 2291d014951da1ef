#include "http/client/url.h"

#include <gtest/gtest.h>

#include "http/client/requester.h"

namespace orchestrator_exporter::http {
namespace {

// As libcurl, which is not loaded for them, has them.
TEST(ClientUrl, IsReadInItsParts) {
  const ClientUrl url = parseClientUrl("http://shop.example:8080/a/b?c=d&e=/f");
  EXPECT_EQ(url.scheme, "http");
  EXPECT_EQ(url.host, "shop.example");
  EXPECT_EQ(url.port, "8080");
  EXPECT_EQ(url.whole, "http://shop.example:8080/a/b?c=d&e=/f");
  EXPECT_EQ(url.authority(), "shop.example:8080");
}

TEST(ClientUrl, HasThePortOfItsSchemeAndAPath) {
  const ClientUrl plain = parseClientUrl("http://127.0.0.1");
  EXPECT_EQ(plain.port, "80");
  EXPECT_EQ(plain.whole, "http://127.0.0.1/");
  EXPECT_EQ(plain.authority(), "127.0.0.1");
  EXPECT_EQ(parseClientUrl("https://shop.example/").port, "443");
}

// What needs libcurl to be understood gives the same parts.
TEST(ClientUrl, IsReadIfItIsUnusualToo) {
  EXPECT_EQ(parseClientUrl("http://[::1]:8080/").host, "[::1]");
  EXPECT_EQ(parseClientUrl("http://user:pass@shop.example/").host, "shop.example");
  EXPECT_EQ(parseClientUrl("http://shop.example/a/../b").whole, "http://shop.example/b");
  EXPECT_EQ(parseClientUrl("http://127.1/").host, "127.0.0.1");
  EXPECT_EQ(parseClientUrl("HTTP://shop.example/").scheme, "http");
  EXPECT_EQ(parseClientUrl("http://shop.example?a=b").whole, "http://shop.example/?a=b");
}

TEST(ClientUrl, IsRefusedIfItIsNone) {
  for (const char* const text : {"http://", "http://shop.example:99999/", "ftp://shop.example/",
                                 "http://shop.example:http/", "http://a b/"}) {
    EXPECT_THROW(parseClientUrl(text), ClientError) << text;
  }
}

TEST(ClientUrl, IsWhereAReferenceLeadsTo) {
  const auto resolved = [](const char* reference) {
    return resolveClientUrl("http://shop.example:8080/a/b?c=d", reference).whole;
  };
  EXPECT_EQ(resolved("/e?f"), "http://shop.example:8080/e?f");
  EXPECT_EQ(resolved("https://other.example/"), "https://other.example/");
  EXPECT_EQ(resolved("e"), "http://shop.example:8080/a/e");
  EXPECT_EQ(resolved("../e"), "http://shop.example:8080/e");
  EXPECT_EQ(resolved("//other.example/e"), "http://other.example/e");
  EXPECT_EQ(resolved("?g=h"), "http://shop.example:8080/a/b?g=h");
}

}  // namespace
}  // namespace orchestrator_exporter::http
