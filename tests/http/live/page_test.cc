#include "http/live/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "http/live/assets.h"
#include "http/live/charts.h"
#include "tests/support/http_client.h"

namespace orchestrator_exporter::http::live {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

class PageOf : public testing::Test {
 protected:
  void SetUp() override {
    if (assets().empty()) GTEST_SKIP() << "built without web parts";
    addPage(router_, {"host <1>", "/metrics"});
  }
  Response get(const std::string& path, const Fields& headers = {}) const {
    return router_.find("GET", path)(Request{.path = path, .headers = headers});
  }
  static std::string folder() { return "/live/" + std::string(assetsTag()) + "/"; }

  Router router_;
};

TEST_F(PageOf, AHostNamesItAndRunsNothingInline) {
  const Response page = get("/");
  EXPECT_EQ(page.contentType, "text/html; charset=utf-8");
  EXPECT_THAT(page.body, AllOf(HasSubstr("<title>host &lt;1&gt;</title>"), Not(HasSubstr("{{")),
                               Not(HasSubstr("<script>")), Not(HasSubstr("<style"))));
  EXPECT_THAT(page.headers,
              Contains(Pair("Content-Security-Policy",
                            AllOf(HasSubstr("default-src 'none'"), HasSubstr("script-src 'self'"),
                                  Not(HasSubstr("unsafe"))))));
}

TEST_F(PageOf, AHostSaysWhatToReadWithoutJavaScript) {
  EXPECT_THAT(get("/").body, HasSubstr("<noscript>"));
  EXPECT_THAT(get("/").body, HasSubstr("href=\"collectors\""));
}

TEST_F(PageOf, AHostHasEveryFileThatItNames) {
  const std::string page = get("/").body;
  const std::regex names("(?:src|href)=\"(live/[^\"]+)\"");
  int found = 0;
  for (std::sregex_iterator at(page.begin(), page.end(), names), end; at != end; ++at, ++found) {
    EXPECT_EQ(router_.allowed("/" + (*at)[1].str()), "GET, HEAD") << (*at)[1];
  }
  EXPECT_GE(found, 5);
}

TEST_F(PageOf, AHostIsAskedForOnceIfItIsTheSame) {
  const Response first = get("/");
  std::string tag;
  for (const auto& [name, value] : first.headers) {
    if (name == "ETag") tag = value;
  }
  const Response again = get("/", {{"If-None-Match", tag}});
  EXPECT_EQ(again.status, 304);
  EXPECT_TRUE(again.body.empty());
}

TEST_F(PageOf, AHostSendsItsFilesPackedAndPlain) {
  const Response packed = get(folder() + "main.js", {{"Accept-Encoding", "gzip"}});
  const Response plain = get(folder() + "main.js");
  EXPECT_EQ(packed.contentType, "text/javascript; charset=utf-8");
  EXPECT_THAT(packed.headers, Contains(Pair("Content-Encoding", "gzip")));
  EXPECT_THAT(plain.headers, Not(Contains(Pair("Content-Encoding", testing::_))));
  EXPECT_EQ(test::gunzip(packed.parts.at(0)), plain.body);
  EXPECT_THAT(plain.headers, Contains(Pair("Cache-Control", HasSubstr("immutable"))));
}

TEST_F(PageOf, AHostIsLight) {
  std::size_t bytes = 0;
  for (const Asset& asset : assets()) bytes += asset.packed.size();
  EXPECT_LT(bytes, 120'000U);
}

TEST_F(PageOf, AHostAsksForNothingFromElsewhere) {
  const std::regex elsewhere("https?://(?!www\\.w3\\.org/2000/svg)[a-z]");
  for (const Asset& asset : assets()) {
    if (asset.name.starts_with("uplot")) continue;
    EXPECT_FALSE(std::regex_search(assetText(asset.name), elsewhere)) << asset.name;
  }
}

TEST(Charts, AreAskedForInOneQueryEach) {
  const auto queries = chartQueries(R"json({"charts": [
    {"id": "a", "series": [{"name": "x", "query": "$rate(m[$w])"}, {"name": "y", "query": "n"}]},
    {"id": "b", "series": [{"by": "device", "query": "rate(o[$m])"}]}]})json");
  ASSERT_EQ(queries.size(), 2U);
  EXPECT_EQ(queries[0].chart, "a");
  EXPECT_EQ(queries[0].query,
            "label_replace(irate(m[60s]), \"series\", \"x\", \"\", \"\") or "
            "label_replace(n, \"series\", \"y\", \"\", \"\")");
  EXPECT_EQ(queries[1].query,
            "label_replace(rate(o[60s]), \"series\", \"$1\", \"device\", \"(.*)\")");
}

TEST(Charts, ThatMakeNoSenseAreRefused) {
  EXPECT_ANY_THROW(chartQueries("{}"));
  EXPECT_ANY_THROW(chartQueries("{"));
  EXPECT_ANY_THROW(chartQueries(R"({"charts": [{"id": "a", "series": [{"name": "x"}]}]})"));
}

}  // namespace
}  // namespace orchestrator_exporter::http::live
