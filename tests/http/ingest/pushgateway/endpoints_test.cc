#include "http/ingest/pushgateway/endpoints.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "metrics/base/errors.h"
#include "metrics/pushed/pushed_metrics.h"
#include "tests/support/expositions.h"

namespace orchestrator_exporter::http::pushgateway {
namespace {

using testing::HasSubstr;
using testing::Not;

class PushgatewayEndpoints : public testing::Test {
 protected:
  // The status and what it is refused with.
  std::pair<int, std::string> call(const Endpoint& endpoint, const Request& request) {
    try {
      return {endpoint(request).status, ""};
    } catch (const HttpError& error) {
      return {error.status(), error.what()};
    } catch (const ParseError& error) {
      return {400, error.what()};
    }
  }
  std::pair<int, std::string> post(const std::string& path, const std::string& body,
                                   const Fields& headers = {}, const Fields& parameters = {}) {
    return call(post_, {.method = "POST",
                        .path = path,
                        .parameters = parameters,
                        .headers = headers,
                        .body = body});
  }
  std::string shown() {
    return exposeText([this](Sink& out) { groups_.collect(out); });
  }

  double now_ = 1700000000.5;
  PushGroups groups_{{.unixTime = [this] { return now_; }}};
  PushedMetrics store_;
  IngestDoor door_{store_, 1 << 20, [](const std::string&) {}};
  const Endpoint post_ = pushEndpoint(groups_, door_, PushGroups::Replace::kFamilies);
  const Endpoint put_ = pushEndpoint(groups_, door_, PushGroups::Replace::kGroup);
  const Endpoint delete_ = deleteEndpoint(groups_, door_);
};

using Answer = std::pair<int, std::string>;

TEST_F(PushgatewayEndpoints, TakeText) {
  EXPECT_EQ(post("/metrics/job/j/x/1", "a 1\n"), Answer(200, ""));
  EXPECT_THAT(shown(), HasSubstr("a{instance=\"\",job=\"j\",x=\"1\"} 1\n"));
}

TEST_F(PushgatewayEndpoints, TakeProtobuf) {
  const std::string body = expose({.format = Format::kProtobuf}, [](Sink& out) {
    out.gauge("a", "").add(1, {{"b", "c"}});
  });
  EXPECT_EQ(post("/metrics/job/j", body,
                 {{"content-type",
                   "application/vnd.google.protobuf; "
                   "proto=io.prometheus.client.MetricFamily; encoding=delimited"}}),
            Answer(200, ""));
  EXPECT_THAT(shown(), HasSubstr("a{b=\"c\",instance=\"\",job=\"j\"} 1\n"));
}

TEST_F(PushgatewayEndpoints, TellWhatAPushIsRefusedWith) {
  EXPECT_EQ(post("/metrics/job/", "a 1\n"), Answer(400, "expected the name of a job"));
  EXPECT_EQ(post("/metrics/job/j", "a one\n"), Answer(400, "body:1: expected a number, got 'one'"));
  EXPECT_EQ(post("/metrics/job/j", "a 1 123\n"), Answer(400, "samples must have no timestamps"));
  EXPECT_EQ(post("/metrics/job/j", "a 1\na 2\n"),
            Answer(400, "a{instance=\"\",job=\"j\"} comes twice"));
  EXPECT_EQ(post("/metrics/job/j", "a 1\n", {}, {{"ttl", "soon"}}),
            Answer(400, "ttl: expected a duration, as 10m, got 'soon'"));
  EXPECT_THAT(shown(),
              HasSubstr("push_failure_time_seconds{instance=\"\",job=\"j\"} 1700000000.5"));
  EXPECT_THAT(shown(), Not(HasSubstr("a{")));
}

TEST_F(PushgatewayEndpoints, LetAGroupGoAfterItsTime) {
  post("/metrics/job/j", "a 1\n", {{"X-Push-TTL", "1m"}});
  post("/metrics/job/k", "a 1\n", {}, {{"ttl", "2m"}});
  now_ += 61;
  EXPECT_THAT(shown(), Not(HasSubstr("job=\"j\"")));
  EXPECT_THAT(shown(), HasSubstr("job=\"k\""));
}

TEST_F(PushgatewayEndpoints, DeleteAndWipe) {
  post("/metrics/job/j", "a 1\n");
  post("/metrics/job/k", "a 1\n");
  EXPECT_EQ(call(delete_, {.method = "DELETE", .path = "/metrics/job/j"}), Answer(202, ""));
  EXPECT_EQ(call(delete_, {.method = "DELETE", .path = "/metrics/job/none"}), Answer(202, ""));
  EXPECT_EQ(groups_.groups().size(), 1u);
  EXPECT_EQ(call(wipeEndpoint(groups_), {.method = "PUT"}), Answer(202, ""));
  EXPECT_TRUE(groups_.groups().empty());
}

TEST_F(PushgatewayEndpoints, CountWhatCame) {
  post("/metrics/job/j", "a 1\nb 2\n");
  post("/metrics/job/j", "broken\n");
  post("/metrics/job/j", "a 1\na 2\n");
  const std::string text = exposeText([this](Sink& out) { door_.statistics().collect(out); });
  EXPECT_THAT(text, HasSubstr("requests_total{code=\"200\",protocol=\"pushgateway\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("requests_total{code=\"400\",protocol=\"pushgateway\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("points_total{protocol=\"pushgateway\",result=\"accepted\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("points_total{protocol=\"pushgateway\",result=\"rejected\"} 2\n"));
}

TEST_F(PushgatewayEndpoints, TakeNativeBuckets) {
  const ExpositionOptions options{.format = Format::kProtobuf, .nativeHistograms = true};
  const NativeSpan negative[] = {{1, 2}};
  const std::int64_t negativeDeltas[] = {2, -1};
  const NativeSpan positive[] = {{1, 3}};
  const std::int64_t positiveDeltas[] = {6, -6, 12};
  const NativeBuckets native{0, 0.5, 1, positive, positiveDeltas, negative, negativeDeltas};
  const auto give = [&](Sink& out, std::initializer_list<Label> labels) {
    out.histogram("h", "Help.").add({.count = 22, .sum = 18.5, .native = &native}, labels);
  };
  const Fields protobuf = {{"Content-Type", "application/vnd.google.protobuf"}};
  const std::string body = expose(options, [&](Sink& out) { give(out, {}); });
  EXPECT_EQ(post("/metrics/job/j", body, protobuf), Answer(200, ""));
  EXPECT_THAT(expose(options, [this](Sink& out) { groups_.collect(out); }),
              HasSubstr(expose(options, [&](Sink& out) {
                give(out, {{"instance", ""}, {"job", "j"}});
              })));
  const auto all = nlohmann::json::parse(groupsEndpoint(groups_)({}).body);
  EXPECT_EQ(all["data"][0]["h"]["metrics"][0]["buckets"], nlohmann::json::parse(R"([
      [1, "-4", "-2", "1"], [1, "-2", "-1", "2"], [3, "-0.5", "0.5", "1"], [0, "1", "2", "6"],
      [0, "4", "8", "12"]])"));
}

TEST_F(PushgatewayEndpoints, ShowGroupsAsJson) {
  post("/metrics/job/j",
       "# HELP a Help.\n# TYPE a gauge\na{x=\"y\"} 1.5\n"
       "# TYPE h histogram\nh_bucket{le=\"2.5\"} 3\nh_sum 4\nh_count 5\n"
       "# TYPE s summary\ns{quantile=\"0.5\"} NaN\ns_sum 1\ns_count 2\n");
  const auto all = nlohmann::json::parse(groupsEndpoint(groups_)({}).body);
  EXPECT_EQ(all["status"], "success");
  ASSERT_EQ(all["data"].size(), 1u);
  const auto& group = all["data"][0];
  EXPECT_EQ(group["labels"], nlohmann::json({{"job", "j"}}));
  EXPECT_EQ(group["last_push_successful"], true);
  EXPECT_EQ(group["a"], nlohmann::json::parse(R"({
    "time_stamp": "2023-11-14T22:13:20.500000Z", "type": "GAUGE", "help": "Help.",
    "metrics": [{"labels": {"instance": "", "job": "j", "x": "y"}, "value": "1.5"}]})"));
  EXPECT_EQ(group["h"]["metrics"][0], nlohmann::json::parse(R"({
    "labels": {"instance": "", "job": "j"}, "count": "5", "sum": "4", "buckets": {"2.5": "3"}})"));
  EXPECT_EQ(group["s"]["metrics"][0]["quantiles"], nlohmann::json({{"0.5", "NaN"}}));
  EXPECT_EQ(group["push_failure_time_seconds"]["metrics"][0]["value"], "0");
  EXPECT_EQ(group["push_time_seconds"]["metrics"][0]["labels"],
            nlohmann::json({{"instance", ""}, {"job", "j"}}));
}

}  // namespace
}  // namespace orchestrator_exporter::http::pushgateway
