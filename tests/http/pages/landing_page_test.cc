#include "http/pages/landing_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/pages/html.h"

namespace orchestrator_exporter::http {
namespace {

using std::chrono::duration;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

LandingPage example() {
  LandingPage page{.name = "exporter", .description = "Tells.", .version = "1.2.3"};
  page.hostName = "host-1";
  page.links = {{"/metrics", "Metrics", "for Prometheus"}, {"/-/healthy", "Health", "alive"}};
  page.collectors = {
      {"cpu", CollectorHealth::kGood, duration<double>(0.000123)},
      {"filesystem", CollectorHealth::kFailed, duration<double>(1.2), "statfs: no answer"},
      {"nfs", CollectorHealth::kNoData, duration<double>(0.0000042)},
      {"stat", CollectorHealth::kNotRunYet},
      {"vmstat", CollectorHealth::kGood, duration<double>(0.0123)},
  };
  return page;
}

TEST(LandingPage, ShowsHostVersionAndLinks) {
  EXPECT_THAT(renderLandingPage(example(), ""),
              AllOf(HasSubstr("<title>exporter · host-1</title>"), HasSubstr("<h1>exporter</h1>"),
                    HasSubstr("version <b>1.2.3</b>"), HasSubstr("<a href=\"/metrics\">"),
                    HasSubstr("<a href=\"/-/healthy\">")));
}

TEST(LandingPage, ShowsHowEachCollectorFared) {
  const std::string html = renderLandingPage(example(), "");
  EXPECT_THAT(html, HasSubstr("5 switched on · 2 ok · 1 failed"));
  EXPECT_THAT(html, HasSubstr("<tr class=\"good\"><td><span class=\"dot\"></span>cpu</td>"
                              "<td class=\"state\">ok</td><td class=\"number\">123 µs</td>"
                              "<td class=\"bar\"><i style=\"width:1%\"></i></td></tr>"));
  EXPECT_THAT(html, HasSubstr("<td class=\"state\">failed: statfs: no answer</td>"
                              "<td class=\"number\">1.20 s</td>"
                              "<td class=\"bar\"><i style=\"width:100%\">"));
  EXPECT_THAT(html, HasSubstr("nothing to read here</td><td class=\"number\">4.20 µs</td>"));
  EXPECT_THAT(html, HasSubstr("not run yet</td><td class=\"number\"></td><td class=\"bar\"></td>"));
  EXPECT_THAT(html, HasSubstr("12.3 ms"));
}

TEST(LandingPage, ShowsWhatToPutIntoTheScrapeConfiguration) {
  LandingPage page = example();
  EXPECT_THAT(renderLandingPage(page, "host-1:10190"),
              AllOf(HasSubstr("- targets: [\"host-1:10190\"]"), Not(HasSubstr("metrics_path"))));
  page.links[0].path = "/telemetry";
  EXPECT_THAT(renderLandingPage(page, "h:1"), HasSubstr("metrics_path: /telemetry"));
  EXPECT_THAT(renderLandingPage(page, ""), Not(HasSubstr("scrape_configs")));
}

TEST(LandingPage, EscapesAllText) {
  const std::string bad = "<script>\"'&";
  LandingPage page{.name = bad, .description = bad, .version = bad, .hostName = bad};
  page.links = {{bad, bad, bad}};
  page.collectors = {{bad, CollectorHealth::kFailed, {}, bad}};
  const std::string html = renderLandingPage(page, bad);
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, Not(HasSubstr("\"'&")));
}

TEST(LandingPage, AsksForNothingFromElsewhere) {
  const Response response =
      landingPageEndpoint(example)(Request{.headers = {{"Host", "host-1:10190"}}});
  EXPECT_EQ(response.contentType, "text/html; charset=utf-8");
  EXPECT_THAT(response.body, HasSubstr("host-1:10190"));
  EXPECT_THAT(response.body, AllOf(Not(HasSubstr("src=")), Not(HasSubstr("url(")),
                                   Not(HasSubstr("https://")), Not(HasSubstr("<script"))));
  EXPECT_THAT(response.headers, testing::Contains(testing::Pair("Content-Security-Policy",
                                                                HasSubstr("default-src 'none'"))));
  EXPECT_TRUE(response.compressible);
}

TEST(Html, EscapesMarkupAndReplacesWhatItCannotHold) {
  EXPECT_EQ(escapeHtml("a<b>&\"c'"), "a&lt;b&gt;&amp;&quot;c&#39;");
  EXPECT_EQ(escapeHtml("ä\n\t\x01\x7f\xff"), "ä\n\t\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(escapeHtml(""), "");
}

}  // namespace
}  // namespace orchestrator_exporter::http
