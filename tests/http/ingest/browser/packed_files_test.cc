#include "http/ingest/browser/packed_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/server/unpacking.h"

namespace orchestrator_exporter::http::browser {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;
using testing::StartsWith;

constexpr std::size_t kMost = std::size_t{1} << 20;

// gzip -9n of "var x;\n".
constexpr std::string_view kPacked(
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x2b\x4b\x2c\x52\xa8\xb0\xe6\x02\x00\xcf\xc5\xd9\x74"
    "\x07\x00\x00\x00",
    27);

Response get(Fields headers) {
  return packedFileEndpoint({kPacked, "abc"},
                            "text/javascript; charset=utf-8")({.headers = std::move(headers)});
}

TEST(PackedFile, IsSentAsItIsKeptToWhoTakesGzip) {
  const Response response = get({{"Accept-Encoding", "gzip, br"}});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.parts, std::vector{kPacked});
  EXPECT_THAT(response.headers, Contains(Pair("Content-Encoding", "gzip")));
  EXPECT_THAT(response.headers, Contains(Pair("Vary", "Accept-Encoding")));
  EXPECT_THAT(response.headers, Contains(Pair("Cache-Control", "max-age=3600")));
  EXPECT_THAT(response.headers, Contains(Pair("ETag", "W/\"abc\"")));
  EXPECT_EQ(response.contentType, "text/javascript; charset=utf-8");
}

TEST(PackedFile, IsUnpackedForOthers) {
  const Response response = get({});
  EXPECT_EQ(response.body, "var x;\n");
  EXPECT_THAT(response.headers, Not(Contains(Pair("Content-Encoding", "gzip"))));
}

TEST(PackedFile, IsNotSentAgainToWhoHasIt) {
  for (const char* tags : {"W/\"abc\"", "\"abc\"", "\"x\", W/\"abc\"", "*"}) {
    const Response response = get({{"If-None-Match", tags}});
    EXPECT_EQ(response.status, 304) << tags;
    EXPECT_EQ(response.body, "") << tags;
  }
  for (const char* tags : {"\"abcd\"", "abc", "", ","}) {
    EXPECT_EQ(get({{"If-None-Match", tags}}).status, 200) << tags;
  }
}

TEST(BrowserScript, HasWebVitalsAndItsLicence) {
  if (browserScript().gzip.empty()) GTEST_SKIP() << "built without web parts";
  const std::string script = ungzip(browserScript().gzip, kMost);
  EXPECT_THAT(script, StartsWith("/* web-vitals 6.2.3"));
  EXPECT_THAT(script, HasSubstr("var webVitals="));
  EXPECT_THAT(script, Not(HasSubstr("sourceMappingURL")));
  EXPECT_THAT(ungzip(browserScriptLicence().gzip, kMost), HasSubstr("Apache License"));
}

TEST(BrowserScript, AddsLessThanFourKilobytesToWebVitals) {
  constexpr std::size_t kWebVitals = 3'348;  // packed alone
  EXPECT_LT(browserScript().gzip.size(), kWebVitals + 4'000);
}

}  // namespace
}  // namespace orchestrator_exporter::http::browser
