#include "metrics/pipeline/runner.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "metrics/promql/syntax/parser.h"
#include "metrics/rules/rule_file.h"
#include "tests/support/expositions.h"

namespace orchestrator_exporter::pipeline {
namespace {

using nlohmann::json;
using std::chrono::seconds;

Plan planOfTwo() {
  Plan plan;
  plan.collectors = {{"host", "infrastructure", {SeriesMatch("node_.*")}},
                     {"shop", "backend", {SeriesMatch("shop_.*")}}};
  plan.steps = {
      {.name = "veth", .match = {SeriesMatch("node_veth.*")}, .make = makeDrop},
      {.name = "scale", .match = {SeriesMatch("shop_ms")}, .onExposition = true, .make = [] {
         return makeNormalize("milliseconds", "seconds", "shop_seconds");
       }}};
  return plan;
}

std::string textOf(const Snapshot& snapshot) {
  return exposeText([&](Sink& out) { snapshot.replay(out); });
}

class PipelineRunner : public testing::Test {
 protected:
  static void give(Sink& out) {
    out.gauge("node_load1", "H").add(1);
    out.gauge("node_veth1", "H").add(2);
    out.gauge("shop_ms", "H").add(1500);
    out.gauge("other", "H").add(4);
  }
  std::string readAt(int at) {
    now_ = Time(seconds(at));
    const auto reading = std::make_shared<Snapshot>();
    give(*reading);
    reading->time = now_;
    Snapshot processed;
    runner_.process(reading, processed);
    return textOf(processed);
  }
  json defaultSession() const { return json::parse(runner_.sessions()).back(); }

  Time now_{};
  std::vector<std::string> kept_;
  std::weak_ptr<void> haste_;
  Runner runner_{
      planOfTwo(),
      {.clock = [this] { return now_; },
       .interval = seconds(15),
       .keep = [this](const Session& session) { kept_.emplace_back(wordOf(session.status())); },
       .hasten =
           [this] {
             auto haste = std::make_shared<int>();
             haste_ = haste;
             return haste;
           }}};
};

TEST_F(PipelineRunner, HandsOnWhatIsLeft) {
  const std::string text = readAt(0);
  EXPECT_EQ(text.find("node_veth1"), std::string::npos);
  EXPECT_NE(text.find("shop_seconds 1.5\n"), std::string::npos) << text;
  EXPECT_NE(text.find("other 4\n"), std::string::npos);
}

TEST_F(PipelineRunner, ShowsOnMetricsOnlyWhatIsMeantForIt) {
  const std::string text =
      exposeText([&](Sink& out) { runner_.expose([](Sink& to) { give(to); }, out); });
  EXPECT_NE(text.find("node_veth1 2\n"), std::string::npos);
  EXPECT_NE(text.find("shop_seconds 1.5\n"), std::string::npos);
}

TEST_F(PipelineRunner, CountsInItsDefaultSession) {
  readAt(0);
  readAt(15);
  const json session = defaultSession();
  EXPECT_EQ(session["name"], "default");
  EXPECT_EQ(session["status"], "collecting");
  EXPECT_EQ(session["statistics"]["collected"], 8);
  EXPECT_EQ(session["statistics"]["processed"], 6);
  EXPECT_EQ(session["errors"]["filter"], 2);
  EXPECT_EQ(session["categories"], json({{"backend", 2}, {"custom", 2}, {"infrastructure", 4}}));
  EXPECT_EQ(session["quality"]["completeness"]["ratio"], 1.0);
  EXPECT_EQ(session["error_rate"], 0.25);
}

TEST_F(PipelineRunner, KeepsASessionForItsTimeAndItsCollectors) {
  const std::string id = runner_.startSession(
      {.name = "trial", .collectors = {"shop"}, .interval = seconds(1), .duration = seconds(3)});
  EXPECT_FALSE(haste_.expired()) << "readings come faster";
  for (int at = 0; at < 6; ++at) readAt(at);
  const json session = json::parse(runner_.session(id));
  EXPECT_EQ(session["status"], "completed");
  EXPECT_EQ(session["statistics"]["collected"], 3);
  EXPECT_EQ(session["end_time"], "1970-01-01T00:00:03Z");
  EXPECT_TRUE(haste_.expired());
  EXPECT_EQ(kept_, (std::vector<std::string>{"starting", "completed"}));
}

TEST_F(PipelineRunner, PassesReadingsThroughAPipelineOfASessionsOwn) {
  const auto plan = std::make_shared<Plan>();
  plan->collectors = {{"all", "backend", {SeriesMatch(".*")}}};
  plan->steps = {{.name = "host", .match = {SeriesMatch("node_.*")}, .make = makeDrop}};
  const std::string id =
      runner_.startSession({.name = "trial", .collectors = {"all"}, .plan = plan});
  EXPECT_NE(readAt(0).find("node_load1 1\n"), std::string::npos)
      << "for the others nothing changes";
  const json session = json::parse(runner_.session(id));
  EXPECT_EQ(session["statistics"]["collected"], 4);
  EXPECT_EQ(session["statistics"]["processed"], 2);
  EXPECT_EQ(session["errors"], json({{"filter", 2}}));
  EXPECT_EQ(session["categories"], json({{"backend", 4}}));
  EXPECT_EQ(session["config"]["own_pipeline"], true);
}

TEST_F(PipelineRunner, GivesTheSamplesThatASessionKept) {
  const std::string id =
      runner_.startSession({.name = "trial", .collectors = {"shop"}, .keepsSamples = true});
  const std::string other = runner_.startSession({.name = "other"});
  readAt(15);
  readAt(30);
  EXPECT_EQ(runner_.samples(id),
            "# TYPE shop_seconds unknown\nshop_seconds 1.5 15\nshop_seconds 1.5 30\n# EOF\n");
  EXPECT_FALSE(runner_.samples(other)) << "it keeps none";
  EXPECT_FALSE(runner_.samples("none"));
}

TEST_F(PipelineRunner, KeepsSamplesOfEightSessions) {
  std::vector<std::string> ids;
  for (int i = 0; i < 8; ++i) {
    ids.push_back(runner_.startSession({.name = "trial", .keepsSamples = true}));
  }
  EXPECT_THROW(runner_.startSession({.name = "trial", .keepsSamples = true}),
               std::invalid_argument);
  runner_.stopSession(ids[3]);
  EXPECT_TRUE(runner_.samples(ids[3]));
  runner_.startSession({.name = "trial", .keepsSamples = true});
  EXPECT_FALSE(runner_.samples(ids[3])) << "it is over, and another one needs the room";
  EXPECT_TRUE(runner_.samples(ids[0]));
}

TEST_F(PipelineRunner, KeepsASessionUnderWayEachMinute) {
  runner_.startSession({.name = "trial"});
  for (const int at : {0, 30, 60, 90, 120}) readAt(at);
  EXPECT_EQ(kept_, (std::vector<std::string>{"starting", "collecting", "collecting"}));
}

TEST_F(PipelineRunner, StopsASession) {
  const std::string id =
      runner_.startSession({.name = "trial", .interval = seconds(15), .duration = {}});
  EXPECT_TRUE(runner_.stopSession(id));
  EXPECT_EQ(json::parse(runner_.session(id))["status"], "completed");
  EXPECT_FALSE(runner_.stopSession("none"));
  EXPECT_EQ(runner_.session("none"), "");
  EXPECT_THROW(runner_.startSession({.name = "x", .collectors = {"none"}}), std::invalid_argument);
}

TEST_F(PipelineRunner, TellsTheWayOfASeries) {
  EXPECT_EQ(runner_.way({SeriesMatch(".*")}, 10), "There was no reading yet.\n");
  readAt(0);
  EXPECT_EQ(runner_.way({SeriesMatch("node_veth.*|shop_ms")}, 10),
            "node_veth1 2\n  collector host\n  veth: dropped, filter\n"
            "shop_ms 1500\n  collector shop\n  scale: shop_seconds 1.5\n");
  EXPECT_EQ(runner_.way({SeriesMatch("none")}, 10), "No series of the last reading matches.\n");
}

TEST_F(PipelineRunner, TakesAnotherPlan) {
  readAt(0);
  runner_.setPlan({});
  EXPECT_NE(readAt(15).find("node_veth1 2\n"), std::string::npos);
  EXPECT_FALSE(runner_.changesExposition());
  EXPECT_EQ(defaultSession()["statistics"]["collected"], 8);
}

TEST(Aggregators, BecomeRulesThatCanBeEvaluated) {
  const std::string rules = aggregatorRules(
      {{.metric = "page_seconds",
        .isHistogram = true,
        .window = seconds(60),
        .functions = {"count", "mean", "p95", "p99.9"},
        .groupBy = {"page", "browser"}},
       {.metric = "cpu_ratio", .window = seconds(300), .functions = {"mean", "max", "p50"}}});
  const auto groups = rules::parseRuleFile("pipeline", rules);
  ASSERT_EQ(groups.size(), 1U);
  EXPECT_EQ(groups[0].name, "pipeline");
  ASSERT_EQ(groups[0].rules.size(), 7U);
  EXPECT_EQ(groups[0].rules[2].name, "page_browser:page_seconds:p95_1m");
  EXPECT_EQ(groups[0].rules[2].query,
            "histogram_quantile(0.95, sum by (le, page, browser) "
            "(increase(page_seconds_bucket[1m])))");
  EXPECT_EQ(groups[0].rules[3].name, "page_browser:page_seconds:p99_9_1m");
  EXPECT_EQ(groups[0].rules[5].name, ":cpu_ratio:max_5m");
}

TEST(Aggregators, KnowWhatAHistogramDoesNotHave) {
  EXPECT_THROW(aggregatorRules({{.metric = "x", .isHistogram = true, .functions = {"min"}}}),
               std::invalid_argument);
  EXPECT_TRUE(isAggregation("p50"));
  EXPECT_FALSE(isAggregation("p100"));
  EXPECT_FALSE(isAggregation("median"));
}

}  // namespace
}  // namespace orchestrator_exporter::pipeline
