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

TEST(LandingPage, ShowsRevisionAndUptimeIfTheyAreKnown) {
  LandingPage page = example();
  EXPECT_THAT(renderLandingPage(page, ""), Not(HasSubstr("revision")));
  page.revision = "abc123";
  EXPECT_THAT(renderLandingPage(page, ""), HasSubstr("revision <b>abc123</b>"));
  const auto up = [&page](std::chrono::seconds uptime) {
    page.uptime = uptime;
    const std::string html = renderLandingPage(page, "");
    const std::size_t begin = html.find("<li>up <b>") + 10;
    return html.substr(begin, html.find('<', begin) - begin);
  };
  using namespace std::chrono_literals;
  EXPECT_EQ(up(0s), "0 s");
  EXPECT_EQ(up(61s), "1 min 1 s");
  EXPECT_EQ(up(2h), "2 h 0 min");
  EXPECT_EQ(up(76h + 59min), "3 d 4 h");
}

TEST(LandingPage, ShowsHowEachCollectorFared) {
  const std::string html = renderLandingPage(example(), "");
  EXPECT_THAT(html, HasSubstr("5 switched on · 2 ok · <strong>1 failed</strong>"));
  EXPECT_THAT(html, HasSubstr("<tr class=\"good\"><td><span class=\"dot\"></span>cpu</td>"
                              "<td class=\"state\">ok</td><td class=\"number\">123 µs</td>"
                              "<td class=\"bar\"><i style=\"width:1%\"></i></td></tr>"));
  EXPECT_THAT(html, HasSubstr("<td class=\"state\">failed: statfs: no answer</td>"
                              "<td class=\"number\">1.20 s</td>"
                              "<td class=\"bar\"><i style=\"width:100%\">"));
  EXPECT_THAT(html, HasSubstr("12.3 ms"));
}

TEST(LandingPage, PutsCollectorsThatFailedFirst) {
  const std::string html = renderLandingPage(example(), "");
  EXPECT_LT(html.find("</span>filesystem<"), html.find("</span>cpu<"));
  EXPECT_LT(html.find("</span>cpu<"), html.find("</span>vmstat<"));
}

TEST(LandingPage, NamesThoseWithoutSamplesTogether) {
  const std::string html = renderLandingPage(example(), "");
  EXPECT_THAT(html, HasSubstr("<details><summary>Nothing to read on this host · 1</summary>"
                              "<ul class=\"names\"><li>nfs</li></ul></details>"));
  EXPECT_THAT(html, HasSubstr("<details><summary>Not run yet, a scrape runs them · 1</summary>"
                              "<ul class=\"names\"><li>stat</li></ul></details>"));
}

TEST(LandingPage, SaysOnceThatNothingHasRunYet) {
  LandingPage page = example();
  for (auto& collector : page.collectors) {
    collector = {collector.name, CollectorHealth::kNotRunYet};
  }
  const std::string html = renderLandingPage(page, "");
  EXPECT_THAT(html, HasSubstr("<p>5 switched on</p>"));
  EXPECT_THAT(html, HasSubstr("<details open><summary>Not run yet, a scrape runs them · 5<"));
  EXPECT_THAT(html, Not(HasSubstr("<table>")));
}

TEST(LandingPage, ShowsHowToRecordFromTheHostItself) {
  LandingPage page = example();
  EXPECT_THAT(renderLandingPage(page, "host-1:10190"), Not(HasSubstr("curl")));
  page.recordsPath = "/api/v1/records";
  EXPECT_THAT(renderLandingPage(page, "host-1:10190"),
              HasSubstr("curl http://localhost:10190/api/v1/records "));
  EXPECT_THAT(renderLandingPage(page, "[2001:db8::1]:9100"),
              HasSubstr("curl http://localhost:9100/api/v1/records "));
  EXPECT_THAT(renderLandingPage(page, "[2001:db8::1]"),
              HasSubstr("curl http://localhost/api/v1/records "));
  EXPECT_THAT(renderLandingPage(page, "host-1"),
              HasSubstr("curl http://localhost/api/v1/records "));
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
