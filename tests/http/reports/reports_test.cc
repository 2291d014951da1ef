#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "exporter/commands/csv_track.h"
#include "http/endpoints/api/analysis.h"
#include "http/reports/exports.h"
#include "http/reports/flame_graph.h"
#include "http/reports/grafana_dashboard.h"
#include "http/reports/html_report.h"
#include "http/reports/report.h"
#include "http/reports/templated_report.h"
#include "metrics/base/errors.h"
#include "metrics/profiling/folded.h"
#include "tests/metrics/promql/memory_history.h"

namespace orchestrator_exporter {

namespace {

using nlohmann::json;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr std::int64_t kMinute = 60'000;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// A report of one signal with a label that no format likes.
http::Report awkwardReport() {
  http::Report report;
  report.findings.end = kHour;
  report.generatedAt = kHour;
  report.source = "<script>alert(1)</script>";
  analysis::SignalFinding one;
  one.signal = {.name = "queue.depth", .expression = "queue", .unit = "messages"};
  one.name = one.signal.name;
  one.labels = {{"page", "=1+2,\"x\""}};
  one.track = {one.signal, one.labels, {0, kMinute, 2 * kMinute + 500}, {1, kNaN, 2.5}};
  one.support = {2, 1, 0, 2 * kMinute + 500};
  one.last = 2.5;
  report.findings.signals.push_back(one);
  report.alerts.push_back({"Full & <busy>", {{"severity", "page"}}, kMinute, 2 * kMinute});
  return report;
}

TEST(HtmlReport, EscapesTextsAndAsksForNothing) {
  const std::string page = http::htmlReport(awkwardReport());
  EXPECT_THAT(page, StartsWith("<!DOCTYPE html>"));
  EXPECT_THAT(page, HasSubstr("default-src 'none'; style-src 'sha256-"));
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(1)"));
  EXPECT_THAT(page, HasSubstr("Full &amp; &lt;busy&gt;"));
  EXPECT_THAT(page, Not(HasSubstr("http://")));
  EXPECT_THAT(page, Not(HasSubstr("https://")));
  EXPECT_THAT(page, Not(HasSubstr(" style=")));  // which the policy would not let through
  EXPECT_THAT(page, HasSubstr("health is <b>unknown</b>"));
}

TEST(HtmlReport, HasTheProfileThatItIsGivenAndAllowsItsScript) {
  http::Report report = awkwardReport();
  report.profile = profiling::readFoldedStacks("main;parse 3\n", "x");
  const std::string page = http::htmlReport(report);
  EXPECT_THAT(page, HasSubstr("<title>parse: 3"));
  EXPECT_THAT(page, HasSubstr(" " + http::policyHash(http::kFlameGraphScript) + "\">"));
  EXPECT_THAT(page, HasSubstr(" " + http::policyHash(http::kFlameGraphStyle) + ";"));
  EXPECT_THAT(http::htmlReport(awkwardReport()), Not(HasSubstr("class=\"profile\"")));
}

TEST(HtmlReport, OfNothingSaysSo) {
  const std::string page = http::htmlReport({});
  EXPECT_THAT(page, HasSubstr("There are no signals with samples"));
  EXPECT_THAT(page, HasSubstr("No alert fired."));
}

TEST(JsonReport, HasNullForWhatIsNotKnown) {
  const json document = json::parse(http::jsonReport(awkwardReport()));
  EXPECT_EQ(document["schema_version"], 1);
  EXPECT_EQ(document["signals"][0]["points"].size(), 3u);
  EXPECT_TRUE(document["signals"][0]["points"][1][1].is_null());
  EXPECT_DOUBLE_EQ(document["signals"][0]["points"][2][0], 120.5);
  EXPECT_TRUE(document["health"]["score"].is_null());
  EXPECT_EQ(document["alerts"][0]["name"], "Full & <busy>");
}

TEST(CsvReport, HasALineForEachSample) {
  EXPECT_EQ(http::csvReport(awkwardReport(), false),
            "time,unix_ms,metric,value,unit,page\r\n"
            "1970-01-01T00:00:00Z,0,queue.depth,1,messages,\"'=1+2,\"\"x\"\"\"\r\n"
            "1970-01-01T00:02:00.5Z,120500,queue.depth,2.5,messages,\"'=1+2,\"\"x\"\"\"\r\n");
}

TEST(CsvReport, MayBeWide) {
  EXPECT_EQ(http::csvReport(awkwardReport(), true),
            "time,unix_ms,queue.depth\r\n"
            "1970-01-01T00:00:00Z,0,1\r\n"
            "1970-01-01T00:02:00.5Z,120500,2.5\r\n");
}

TEST(OpenMetricsReport, HasTimestampsAndAnEnd) {
  EXPECT_EQ(http::openMetricsReport(awkwardReport()),
            "# TYPE queue_depth gauge\n"
            "queue_depth{page=\"=1+2,\\\"x\\\"\"} 1 0\n"
            "queue_depth{page=\"=1+2,\\\"x\\\"\"} 2.5 120.5\n"
            "# EOF\n");
}

TEST(GrafanaDashboard, HasAPanelForEachSignalOfTheChosenJobs) {
  http::Report report = awkwardReport();
  report.findings.signals[0].signal.expression = "sum by (page) (rate(hits_total{code=\"5\"}[5m]))";
  const json document = json::parse(http::grafanaDashboard(report));
  ASSERT_EQ(document["panels"].size(), 1u);
  const json& panel = document["panels"][0];
  EXPECT_EQ(panel["targets"][0]["expr"],
            "sum by (page) (rate(hits_total{code=\"5\",instance=~\"$instance\",job=~\"$job\"}"
            "[$__rate_interval]))");
  EXPECT_EQ(panel["targets"][0]["legendFormat"], "{{page}}");
  EXPECT_NE(panel["description"], "");
  EXPECT_EQ(document["templating"]["list"][1]["definition"], "label_values(hits_total, job)");
  EXPECT_EQ(document["time"], (json{{"from", "now-3600s"}, {"to", "now"}}));
}

TEST(GrafanaDashboard, AsksForTheChosenJobsBesideASignalsOwn) {
  http::Report report = awkwardReport();
  report.findings.signals[0].signal.expression = "hits{job=~\".*x.*\"}";
  const json document = json::parse(http::grafanaDashboard(report));
  EXPECT_EQ(document["panels"][0]["targets"][0]["expr"],
            "hits{instance=~\"$instance\",job=~\"$job\",job=~\".*x.*\"}");
}

TEST(GrafanaDashboard, KeepsTheWindowOfWhatIsCounted) {
  http::Report report = awkwardReport();
  report.findings.signals[0].signal.expression = "increase(hits_total[5m])";
  const json document = json::parse(http::grafanaDashboard(report));
  EXPECT_EQ(document["panels"][0]["targets"][0]["expr"],
            "increase(hits_total{instance=~\"$instance\",job=~\"$job\"}[5m])");
}

TEST(Payloads, HaveTheShapesOfTheirReceivers) {
  const auto datadog = http::datadogPayloads(awkwardReport());
  ASSERT_EQ(datadog.size(), 1u);
  const json series = json::parse(datadog[0])["series"][0];
  EXPECT_EQ(series["metric"], "queue.depth");
  EXPECT_EQ(series["type"], 3);
  EXPECT_EQ(series["tags"][0], "page:=1+2,\"x\"");
  EXPECT_EQ(series["points"].back()["timestamp"], 120);
  const auto newRelic = http::newRelicPayloads(awkwardReport());
  ASSERT_EQ(newRelic.size(), 1u);
  const json all = json::parse(newRelic[0]);
  EXPECT_EQ(all[0]["metrics"].size(), 2u);
  EXPECT_EQ(all[0]["metrics"][1]["timestamp"], 120'500);
}

TEST(Payloads, HaveASummaryOfEachMinuteOfSeveralSamples) {
  http::Report report;
  report.generatedAt = kHour;
  analysis::SignalFinding one;
  one.signal = {.name = "queue.depth", .expression = "queue"};
  constexpr std::int64_t kStep = 15'000;
  one.track = {one.signal, {}, {}, {3, 1, kNaN, 8, 5}};
  for (int i = 0; i < 5; ++i) one.track.times.push_back(kMinute + i * kStep);
  report.findings.signals.push_back(one);
  const json metrics = json::parse(http::newRelicPayloads(report)[0])[0]["metrics"];
  ASSERT_EQ(metrics.size(), 2u);
  EXPECT_EQ(metrics[0]["type"], "summary");
  EXPECT_EQ(metrics[0]["value"], (json{{"count", 3}, {"sum", 12}, {"min", 1}, {"max", 8}}));
  EXPECT_EQ(metrics[0]["timestamp"], kMinute);
  EXPECT_EQ(metrics[0]["interval.ms"], kMinute);
  EXPECT_EQ(metrics[1]["value"], (json{{"count", 1}, {"sum", 5}, {"min", 5}, {"max", 5}}));
}

// A counter that begins again in the middle.
TEST(Payloads, HaveCountersAsWhatCameSince) {
  http::Report report = awkwardReport();
  analysis::SignalFinding& one = report.findings.signals[0];
  one.signal = {.name = "hits_total{page=\"a\"}", .expression = "hits_total{page=\"a\"}"};
  one.track = {one.signal, one.labels, {0, kMinute, 2 * kMinute, 3 * kMinute}, {5, 8, 2, 4}};
  const json datadog = json::parse(http::datadogPayloads(report)[0])["series"][0];
  EXPECT_EQ(datadog["type"], 1);
  ASSERT_EQ(datadog["points"].size(), 3u);
  EXPECT_EQ(datadog["points"][0]["value"], 3);
  EXPECT_EQ(datadog["points"][1]["value"], 2);
  EXPECT_EQ(datadog["points"][2]["value"], 2);
  const json newRelic = json::parse(http::newRelicPayloads(report)[0])[0]["metrics"];
  ASSERT_EQ(newRelic.size(), 3u);
  EXPECT_EQ(newRelic[0]["type"], "count");
  EXPECT_EQ(newRelic[0]["interval.ms"], kMinute);
  EXPECT_THAT(http::openMetricsReport(report), StartsWith("# TYPE hits counter\nhits_total{"));
}

TEST(TemplatedReport, IsWhatTheTemplateMakesOfTheReport) {
  const http::Report report = awkwardReport();
  EXPECT_EQ(http::templatedReport(report, "a.txt", "{{ range .signals }}{{ .name }}{{ end }}"),
            "queue.depth");
  EXPECT_EQ(http::templatedReport(report, "a.html", "{{ .source }}"),
            "&lt;script&gt;alert(1)&lt;/script&gt;");
  EXPECT_EQ(http::templatedReport(report, "a.txt", "{{ .summary.health }}"), "<no value>");
}

TEST(TemplatedReport, TellsWhereTheTemplateIsWrong) {
  try {
    http::templatedReport(awkwardReport(), "a.txt", "x\n{{ range }}");
    ADD_FAILURE() << "nothing was wrong";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), StartsWith("a.txt:2: "));
  }
}

TEST(Payloads, AreSplitAtTheLimits) {
  http::Report report = awkwardReport();
  const std::string longText(2000, 'x');
  auto& one = report.findings.signals[0];
  one.labels = {{"text", longText}};
  one.track.times.clear();
  one.track.values.clear();
  for (int i = 0; i < 1200; ++i) {
    one.track.times.push_back(i * 60'000);  // each minute one: no summaries
    one.track.values.push_back(i);
  }
  std::size_t count = 0;
  for (const std::string& text : http::newRelicPayloads(report)) {
    EXPECT_LE(text.size(), 1'000'000u);
    count += json::parse(text)[0]["metrics"].size();
  }
  EXPECT_EQ(count, 1200u);
}

TEST(Alerts, AreTheTimesInWhichTheyFired) {
  MemoryHistory history;
  history.load("ALERTS{alertname=\"Full\",alertstate=\"firing\",disk=\"sda\"}", "1 1 1 stale");
  const promql::Engine engine;
  const auto alerts = http::alertsOf({history, engine}, 0, 10 * kMinute);
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0].name, "Full");
  EXPECT_EQ(alerts[0].labels, (LabelSet{{"disk", "sda"}}));
  EXPECT_EQ(alerts[0].begin, 0);
  EXPECT_LT(alerts[0].end, 3 * kMinute);
}

commands::CsvTrack read(const std::string& text) {
  std::istringstream stream(text);
  return commands::readCsvTrack(stream, "F.csv", {.name = "F", .expression = "F"});
}

TEST(CsvTrack, TakesTimesOfSeveralKinds) {
  const auto rows = read(
      "timestamp,value\n"
      "1970-01-01 00:00:10,1\r\n"
      "1970-01-01T00:00:20Z,\n"
      "30,2.5\n");
  EXPECT_EQ(rows.track.times, (std::vector<std::int64_t>{10'000, 20'000, 30'000}));
  EXPECT_TRUE(std::isnan(rows.track.values[1]));
  EXPECT_EQ(commands::scoredCsv(rows),
            "timestamp,value,anomaly_score,detector\r\n"
            "1970-01-01 00:00:10,1,0,\r\n"
            "1970-01-01T00:00:20Z,,0,\r\n"
            "30,2.5,0,\r\n");
}

std::string refusal(const std::string& text) {
  try {
    read(text);
  } catch (const ParseError& error) {
    return error.what();
  }
  return "none";
}

TEST(CsvTrack, TellsWhereARowIsBroken) {
  EXPECT_EQ(refusal("t,v\n1,2\n2,x\n"), "F.csv:3: expected a number, got 'x'");
  EXPECT_THAT(refusal("t,v\nsoon,2\n"), HasSubstr("F.csv:2: expected a time"));
  EXPECT_THAT(refusal("t,v\n5\n"), HasSubstr("F.csv:2: expected timestamp,value"));
  EXPECT_THAT(refusal("t,v\n5,1\n4,1\n"), HasSubstr("F.csv:3: expected a time not before"));
  EXPECT_THAT(refusal("t,v\n"), HasSubstr("no rows"));
}

class AnalysisEndpoints : public testing::Test {
 protected:
  AnalysisEndpoints() {
    for (int i = 0; i <= 120; ++i) history_->add({{"__name__", "queue"}}, i * kMinute, 100 + 2 * i);
    http::addAnalysisEndpoints(
        router_, {.newest = [] { return std::make_shared<const analysis::Findings>(); },
                  .history = history_});
  }

  json ask(const std::string& part, const http::Fields& parameters, int status = 200) {
    const http::Response response =
        router_.find("GET", "/api/v1/analysis/" + part)(http::Request{.parameters = parameters});
    EXPECT_EQ(response.status, status);
    std::string body = response.body;
    for (const std::string_view piece : response.parts) body += piece;
    return json::parse(body);
  }

  const std::shared_ptr<MemoryHistory> history_ = std::make_shared<MemoryHistory>();
  http::Router router_;
};

TEST_F(AnalysisEndpoints, GiveTheNewestFindings) {
  for (const char* part :
       {"trends", "forecasts", "anomalies", "baselines", "bottlenecks", "health"}) {
    EXPECT_EQ(ask(part, {})["status"], "success") << part;
  }
}

TEST_F(AnalysisEndpoints, LookAgainForOtherTimesAndSignals) {
  const json answer =
      ask("trends", {{"signal", "queue"}, {"end", "7200"}, {"window", "1h"}})["data"];
  ASSERT_EQ(answer["trends"].size(), 1u);
  EXPECT_EQ(answer["trends"][0]["class"], "rising");
  EXPECT_NEAR(answer["trends"][0]["change_an_hour"]["value"], 120, 2);
}

TEST_F(AnalysisEndpoints, RefuseWhatMakesNoSense) {
  EXPECT_EQ(ask("trends", {{"end", "soon"}}, 400)["errorType"], "bad_data");
  EXPECT_EQ(ask("trends", {{"start", "20"}, {"end", "10"}}, 400)["errorType"], "bad_data");
  EXPECT_EQ(ask("trends", {{"signal", "sum("}, {"end", "10"}}, 400)["errorType"], "bad_data");
}

}  // namespace

}  // namespace orchestrator_exporter
