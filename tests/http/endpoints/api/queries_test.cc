#include "http/endpoints/api/queries.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <nlohmann/json.hpp>
#include <stop_token>
#include <thread>

#include "http/endpoints/api/exemplars.h"
#include "http/endpoints/api/query_threads.h"
#include "tests/metrics/promql/memory_history.h"

namespace orchestrator_exporter::http {
namespace {

using nlohmann::json;
using testing::HasSubstr;

struct Given {
  int status;
  json body;
};

Given givenBy(const Response& response) {
  std::string body;
  for (const std::string_view part : response.parts) body += part;
  return {response.status, json::parse(body)};
}

Given ask(const std::shared_ptr<const History>& history, const std::string& endpoint,
          Fields parameters, std::stop_token gone = {}, const QueryOptions& options = {}) {
  Router router;
  addQueryEndpoints(router, history, options);
  Request request;
  request.path = "/api/v1/" + endpoint;
  request.parameters = std::move(parameters);
  request.gone = std::move(gone);
  return givenBy(router.find("GET", request.path)(request));
}

std::shared_ptr<MemoryHistory> minutes() {
  auto history = std::make_shared<MemoryHistory>();
  history->load("c_total{i=\"a\"}", "0 1 2 3 4 5");
  history->load("c_total{i=\"b\"}", "0 2 4 6 8 10");
  return history;
}

json tree(const std::string& query) {
  return ask(minutes(), "parse_query", {{"query", query}}).body["data"];
}

// The samples that answering a query looked at, as stats=all tells.
json seen(const std::string& query, const std::string& endpoint, Fields parameters) {
  parameters.emplace_back("query", query);
  parameters.emplace_back("stats", "all");
  return ask(minutes(), endpoint, std::move(parameters))
      .body["data"]["stats"]["samples"]["totalQueryableSamples"];
}
json seenAt300(const std::string& query) { return seen(query, "query", {{"time", "300"}}); }
json seenUpTo300(const std::string& query) {
  return seen(query, "query_range", {{"start", "0"}, {"end", "300"}, {"step", "60"}});
}

// A history whose reader hangs up while it is read.
class LeftHistory final : public History {
 public:
  Selected select(const Selection& selection, std::size_t maxSamples) const override {
    ++reads;
    leaving.request_stop();
    return kept_->select(selection, maxSamples);
  }
  std::vector<LabelSet> series(const SeriesFilter&) const override { return {}; }
  std::vector<std::string> labelNames(const SeriesFilter&) const override { return {}; }
  std::vector<std::string> labelValues(std::string_view, const SeriesFilter&) const override {
    return {};
  }
  std::vector<MetricMetadata> metadata() const override { return {}; }

  mutable std::stop_source leaving;
  mutable int reads = 0;

 private:
  const std::shared_ptr<MemoryHistory> kept_ = minutes();
};

}  // namespace

TEST(Queries, SayWhatAnsweringTookIfAsked) {
  const Fields plain = {{"query", "c_total"}, {"time", "300"}};
  EXPECT_FALSE(ask(minutes(), "query", plain).body["data"].contains("stats"));
  Fields asking = plain;
  asking.emplace_back("stats", "all");
  const json stats = ask(minutes(), "query", asking).body["data"]["stats"];
  EXPECT_EQ(stats["samples"]["totalQueryableSamples"], 2);
  EXPECT_GE(stats["samples"]["peakSamples"], 2);
  const json& timings = stats["timings"];
  EXPECT_GE(timings["execTotalTime"], timings["evalTotalTime"]);
  for (const char* part : {"resultSortTime", "queryPreparationTime", "innerEvalTime"}) {
    EXPECT_GE(timings["evalTotalTime"], timings[part]) << part;
  }
}

TEST(Queries, CountEachSampleAtEveryStepThatLooksAtIt) {
  EXPECT_EQ(seenUpTo300("c_total"), 12);
  EXPECT_EQ(seenAt300("rate(c_total[2m])"), 4);
  EXPECT_EQ(seenUpTo300("sum(rate(c_total[2m]))"), 2 * (1 + 5 * 2));
  EXPECT_EQ(seenUpTo300("c_total @ 60"), 12);
  EXPECT_EQ(seenAt300("c_total[3m]"), 6);
}

TEST(Queries, CountOfASubqueryWhatItsFunctionLooksAt) {
  EXPECT_EQ(seenAt300("max_over_time(c_total[2m:30s])"), 8);
  EXPECT_EQ(seenAt300("c_total[2m:30s]"), 8);
  EXPECT_EQ(seenAt300("max_over_time(rate(c_total[2m])[2m:1m])"), 4);
}

TEST(Queries, EndWhenTheirClientHangsUp) {
  const auto history = std::make_shared<const LeftHistory>();
  const Given given = ask(history, "query", {{"query", "c_total + c_total offset 1m"}},
                          history->leaving.get_token());
  EXPECT_EQ(given.status, 499);
  EXPECT_EQ(given.body["errorType"], "canceled");
  EXPECT_EQ(given.body["error"], "query was canceled in expression evaluation");
  EXPECT_EQ(history->reads, 1);
}

TEST(Queries, DoNotBeginForAClientThatHasHungUp) {
  const auto history = std::make_shared<const LeftHistory>();
  history->leaving.request_stop();
  const Given given = ask(history, "query", {{"query", "c_total"}}, history->leaving.get_token());
  EXPECT_EQ(given.status, 499);
  EXPECT_EQ(given.body["error"], "query was canceled in query queue");
  EXPECT_EQ(history->reads, 0);
}

TEST(ParseQuery, TellsSelectorsWithTheirModifiers) {
  EXPECT_EQ(tree("m{a!~\"x\"}[5m] offset -1m @ 2.5"), json::parse(R"({
    "type": "matrixSelector", "name": "m", "range": 300000, "offset": -60000,
    "timestamp": 2500, "startOrEnd": null,
    "matchers": [{"name": "a", "value": "x", "type": "!~"},
                 {"name": "__name__", "value": "m", "type": "="}]})"));
  EXPECT_EQ(tree("{a=\"b\"} @ end()")["startOrEnd"], "end");
}

TEST(ParseQuery, TellsTheTreeOfAQuery) {
  EXPECT_EQ(tree("-(sum without (a) (round(m)))"), json::parse(R"({
    "type": "unaryExpr", "op": "-", "expr": {
      "type": "parenExpr", "expr": {
        "type": "aggregation", "op": "sum", "without": true, "grouping": ["a"], "param": null,
        "expr": {
          "type": "call",
          "func": {"name": "round", "argTypes": ["vector", "scalar"], "variadic": 1,
                   "returnType": "vector"},
          "args": [{"type": "vectorSelector", "name": "m", "offset": 0, "timestamp": null,
                    "startOrEnd": null,
                    "matchers": [{"name": "__name__", "value": "m", "type": "="}]}]}}}})"));
}

TEST(ParseQuery, TellsHowVectorsAreMatched) {
  EXPECT_EQ(tree("a * on (l) group_left (z) b")["matching"],
            json::parse(R"({"card": "many-to-one", "labels": ["l"], "on": true,
                            "include": ["z"]})"));
  EXPECT_EQ(tree("a and b")["matching"]["card"], "many-to-many");
  EXPECT_EQ(tree("1 > bool 2")["matching"], nullptr);
}

TEST(ParseQuery, RefusesWhatIsNoQuery) {
  const Given given = ask(minutes(), "parse_query", {{"query", "sum("}});
  EXPECT_EQ(given.status, 400);
  EXPECT_EQ(given.body["errorType"], "bad_data");
  EXPECT_THAT(given.body["error"].get<std::string>(), HasSubstr("1:5: parse error: "));
}

TEST(QueryExemplars, FindsThoseOfTheSeriesThatAQuerySelects) {
  const auto kept = std::make_shared<history::Exemplars>(LabelSet{{"job", "j"}});
  const Label labels[] = {{"trace_id", "t"}};
  const Exemplar exemplar{labels, 0.5, 1000.25};
  Snapshot reading;
  reading.counter("c_total", "C.").add(7, std::span<const Label>(), {.exemplar = &exemplar});
  kept->take(reading);
  Router router;
  addExemplarEndpoint(router, kept, {});
  const auto asked = [&](const std::string& query) {
    Request request;
    request.parameters = {{"query", query}};
    return router.find("GET", "/api/v1/query_exemplars")(request);
  };
  EXPECT_EQ(givenBy(asked("sum(rate(c_total[5m])) / d_total")).body["data"], json::parse(R"([
    {"seriesLabels": {"__name__": "c_total", "job": "j"},
     "exemplars": [{"labels": {"trace_id": "t"}, "value": "0.5", "timestamp": 1000.250}]}])"));
  EXPECT_EQ(givenBy(asked("d_total")).body["data"], json::array());
  EXPECT_EQ(asked("1 + 1").status, 204);
  EXPECT_EQ(givenBy(asked("sum(")).body["error"], "1:5: parse error: unclosed left parenthesis");
}

TEST(QueryThreads, RunSoManyQueriesAtATime) {
  using Outcome = QueryThreads::Outcome;
  QueryThreads threads(1);
  std::promise<void> begun;
  std::promise<void> goOn;
  std::thread first([&] {
    threads.run(
        [&] {
          begun.set_value();
          goOn.get_future().wait();
        },
        std::chrono::hours(1));
  });
  begun.get_future().wait();
  EXPECT_EQ(threads.run([] {}, std::chrono::milliseconds(0)), Outcome::kTimedOut);
  std::stop_source left;
  left.request_stop();
  EXPECT_EQ(threads.run([] {}, std::chrono::hours(1), left.get_token()), Outcome::kCanceled);
  goOn.set_value();
  first.join();
  EXPECT_EQ(threads.run([] {}, std::chrono::hours(1)), Outcome::kRan);
}

TEST(QueryThreads, AreNotThoseThatAsk) {
  QueryThreads threads(1);
  std::thread::id id;
  threads.run([&id] { id = std::this_thread::get_id(); }, std::chrono::hours(1));
  EXPECT_NE(id, std::this_thread::get_id());
}

TEST(Queries, TellWhatWasPutInThePlaceOfMissingValues) {
  auto history = std::make_shared<MemoryHistory>();
  history->load("page:load:p95_1m", "0 1 _ 3 4");
  QueryOptions options;
  options.missing = std::make_shared<pipeline::MissingValues>();
  options.missing->set({.otherwise = pipeline::Missing::kInterpolate});
  const json body =
      ask(history, "query", {{"query", "sum_over_time(page:load:p95_1m[5m])"}, {"time", "240"}}, {},
          options)
          .body;
  EXPECT_EQ(body["data"]["result"][0]["value"][1], "10");
  EXPECT_EQ(body["infos"], json({"1 missing value is interpolated (pipeline.quality.missing)"}));
}

}  // namespace orchestrator_exporter::http
