#include "http/ingest/otlp/otlp_endpoints.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "http/server/compression.h"
#include "metrics/recording/metrics_collector.h"
#include "tests/support/expositions.h"
#include "tests/support/otlp_messages.h"

namespace orchestrator_exporter::http::otlp {
namespace {

using testing::HasSubstr;
using testing::Not;
namespace message = orchestrator_exporter::test::otlp;

class OtlpEndpoints : public testing::Test {
 protected:
  OtlpEndpoints() { rules.agents = &agents; }

  Response post(const Endpoint& endpoint, const std::string& type, std::string body,
                Fields headers = {}) {
    Request request{.method = "POST", .path = "/v1/x", .body = std::move(body)};
    request.headers = std::move(headers);
    request.headers.emplace_back("Content-Type", type);
    return endpoint(request);
  }
  Response protobuf(const std::string& body) {
    return post(metricsEndpoint(door, rules), "application/x-protobuf", body);
  }
  Response json(const std::string& body) {
    return post(metricsEndpoint(door, rules), "application/json", body);
  }
  Response logs(const std::string& body) {
    return post(logsEndpoint(door, rules), "application/json; charset=utf-8", body);
  }
  // A request in JSON with metrics of one scope.
  static std::string metricsOf(const std::string& metrics,
                               const std::string& resource = R"("service.name", "svc")") {
    const auto comma = resource.find(", ");
    return R"({"resourceMetrics": [{"resource": {"attributes": [{"key": )" +
           resource.substr(0, comma) + R"(, "value": {"stringValue": )" +
           resource.substr(comma + 2) + R"(}}]}, "scopeMetrics": [{"metrics": [)" + metrics +
           "]}]}]}";
  }
  static std::string sumOf(const std::string& name, const std::string& points,
                           int temporality = 1) {
    return R"({"name": ")" + name + R"(", "sum": {"dataPoints": [)" + points +
           R"(], "isMonotonic": true, "aggregationTemporality": )" + std::to_string(temporality) +
           "}}";
  }
  std::string page() {
    return exposeText([this](Sink& out) {
      store.collect(out);
      registry.collect(out);
    });
  }
  std::string selfMetrics() {
    return exposeText([this](Sink& out) { door.statistics().collect(out); });
  }
  // How many points the answer in JSON says were refused, and why.
  std::string partial(const Response& response) {
    EXPECT_EQ(response.status, 200) << response.body;
    const auto body = nlohmann::json::parse(response.body);
    if (!body.contains("partialSuccess")) return "all taken";
    const auto& partial = body["partialSuccess"];
    return partial["rejectedDataPoints"].get<std::string>() + ": " +
           partial["errorMessage"].get<std::string>();
  }

  std::vector<std::string> lines;
  MetricsRegistry registry;
  MetricsCollector collector{registry};
  AgentTelemetry agents{registry, collector.families(), {}};
  PushedMetrics store;
  IngestDoor door{store, std::size_t{1} << 20,
                  [this](const std::string& line) { lines.push_back(line); }};
  MetricsRules rules;
};

TEST_F(OtlpEndpoints, TakeSumsInBothEncodings) {
  const Response packed = protobuf(message::request(
      {{"service.name", "svc"}}, "scope",
      {message::metric(
          {"jobs",
           "",
           7,
           1,
           true,
           {message::numberPoint({.value = 2, .attributes = {{"queue", "mail"}}})}})}));
  EXPECT_EQ(packed.status, 200);
  EXPECT_EQ(packed.contentType, "application/x-protobuf");
  EXPECT_EQ(packed.body, "");
  const Response text = json(metricsOf(sumOf("jobs", R"({"timeUnixNano": "3000", "asInt": "3",
      "attributes": [{"key": "queue", "value": {"stringValue": "mail"}}]})")));
  EXPECT_EQ(text.contentType, "application/json");
  EXPECT_EQ(text.body, "{}");
  EXPECT_THAT(page(),
              HasSubstr("jobs_total{orchestrator_id=\"svc\",queue=\"mail\",service_name=\"svc\"} "
                        "5\n"));
}

TEST_F(OtlpEndpoints, FindARepeatThatComesInTheOtherEncoding) {
  protobuf(message::request(
      {{"service.name", "svc"}}, "",
      {message::metric({"jobs", "", 7, 1, true, {message::numberPoint({.value = 2})}})}));
  json(metricsOf(
      sumOf("jobs", R"({"asDouble": 2, "startTimeUnixNano": 1000, "timeUnixNano": "2000"})")));
  EXPECT_THAT(page(), HasSubstr("service_name=\"svc\"} 2\n"));
  EXPECT_THAT(selfMetrics(),
              HasSubstr("points_total{protocol=\"otlp_metrics\",result=\"duplicate\"} 1\n"));
}

TEST_F(OtlpEndpoints, ReadKeysOfJsonInAnyOrder) {
  EXPECT_EQ(json(R"({"unknown": {"a": [1, {}]}, "resourceMetrics": [{"scopeMetrics": [{"metrics": [
      {"sum": {"dataPoints": [{"asInt": 4, "timeUnixNano": "5", "attributes": null}],
               "aggregationTemporality": "AGGREGATION_TEMPORALITY_CUMULATIVE",
               "isMonotonic": true}, "name": "late"}], "scope": {}}],
      "resource": {"attributes": [{"value": {"stringValue": "x"}, "key": "orchestrator.id"}]}}]})")
                .body,
            "{}");
  EXPECT_THAT(page(), HasSubstr("late_total{orchestrator_id=\"x\"} 4\n"));
}

TEST_F(OtlpEndpoints, TakeHistogramsOfBothKindsAndSummaries) {
  EXPECT_EQ(json(metricsOf(R"(
      {"name": "h", "unit": "s", "histogram": {"aggregationTemporality": 2, "dataPoints": [
        {"timeUnixNano": 9, "count": "3", "sum": 4.5, "bucketCounts": ["1", 2],
         "explicitBounds": [1]}]}},
      {"name": "e", "exponentialHistogram": {"aggregationTemporality": 1, "dataPoints": [
        {"timeUnixNano": 9, "count": 2, "sum": 3, "scale": 0,
         "positive": {"offset": 0, "bucketCounts": [2]}}]}},
      {"name": "s", "summary": {"dataPoints": [
        {"timeUnixNano": 9, "count": 2, "sum": 3,
         "quantileValues": [{"quantile": 0.5, "value": 1.5}]}]}})"))
                .body,
            "{}");
  const std::string shown = page();
  EXPECT_THAT(shown, HasSubstr("h_seconds_bucket{orchestrator_id=\"svc\",service_name=\"svc\",le="
                               "\"1\"} 1\n"));
  EXPECT_THAT(shown, HasSubstr("h_seconds_sum{orchestrator_id=\"svc\",service_name=\"svc\"} 4.5"));
  EXPECT_THAT(shown,
              HasSubstr("e_bucket{orchestrator_id=\"svc\",service_name=\"svc\",le=\"2\"} 2"));
  EXPECT_THAT(shown, HasSubstr("s{orchestrator_id=\"svc\",service_name=\"svc\",quantile=\"0.5\"} "
                               "1.5\n"));
}

TEST_F(OtlpEndpoints, ShowExemplarsBesideBuckets) {
  json(metricsOf(R"(
      {"name": "h", "histogram": {"aggregationTemporality": 1, "dataPoints": [
        {"timeUnixNano": 9, "count": 1, "sum": 4, "bucketCounts": [0, 1], "explicitBounds": [1],
         "exemplars": [{"asDouble": 4, "traceId": "ab", "spanId": "cd"}]}]}},
      {"name": "e", "exponentialHistogram": {"aggregationTemporality": 1, "dataPoints": [
        {"timeUnixNano": 9, "count": 2, "sum": 4, "scale": 1,
         "positive": {"offset": 0, "bucketCounts": [1, 0, 0, 1]},
         "exemplars": [{"asDouble": 3.5, "traceId": "01"}, {"asDouble": 3, "traceId": "02"}]}]}},
      {"name": "n", "sum": {"aggregationTemporality": 2, "isMonotonic": true, "dataPoints": [
        {"timeUnixNano": 9, "asInt": 7, "exemplars": [{"asInt": 2, "traceId": "ef"}]}]}})"));
  const std::string shown =
      expose({.format = Format::kOpenMetrics100}, [this](Sink& out) { store.collect(out); });
  EXPECT_THAT(shown, HasSubstr(R"(le="+Inf"} 1 # {span_id="cd",trace_id="ab"} 4)"));
  EXPECT_THAT(shown, HasSubstr(R"(le="4.0"} 2 # {trace_id="02"} 3)"));
  EXPECT_THAT(shown, Not(HasSubstr("01")));
  EXPECT_THAT(shown, HasSubstr(R"( 7 # {trace_id="ef"} 2)"));
}

TEST_F(OtlpEndpoints, CountTokensOfASenderWithoutAName) {
  json(R"({"resourceMetrics": [{"scopeMetrics": [{"metrics": [{"name": "gen_ai.client.token.usage",
      "histogram": {"aggregationTemporality": 1, "dataPoints": [{"timeUnixNano": 9, "count": 1,
        "sum": 40, "attributes": [
          {"key": "gen_ai.token.type", "value": {"stringValue": "input"}},
          {"key": "gen_ai.response.model", "value": {"stringValue": "m"}}]}]}}]}]}]})");
  EXPECT_THAT(page(), HasSubstr("orchestrator_tokens_used_total{model=\"m\",orchestrator_id="
                                "\"unknown\"} 40\n"));
}

TEST_F(OtlpEndpoints, AddUpStreamsWhoseIdsAreDropped) {
  const auto point = [](const std::string& session, const std::string& value) {
    return R"({"timeUnixNano": 9, "asInt": )" + value +
           R"(, "attributes": [{"key": "session.id", "value": {"stringValue": ")" + session +
           R"("}}, {"key": "user.email", "value": {"stringValue": "a@b"}},
               {"key": "model", "value": {"stringValue": "m"}}]})";
  };
  json(metricsOf(sumOf("n", point("1", "5") + "," + point("2", "7"), 2)));
  EXPECT_THAT(page(),
              HasSubstr("n_total{model=\"m\",orchestrator_id=\"svc\",service_name=\"svc\"} 12\n"));
}

TEST_F(OtlpEndpoints, JoinAttributesOfOneLabelAndWriteOthersAsJson) {
  json(metricsOf(sumOf("n", R"({"timeUnixNano": 9, "asInt": 1, "attributes": [
      {"key": "a.b", "value": {"stringValue": "2"}}, {"key": "a-b", "value": {"stringValue": "1"}},
      {"key": "list", "value": {"arrayValue": {"values": [{"intValue": "1"},
                                                          {"stringValue": "x"}]}}},
      {"key": "none", "value": {}}, {"key": "yes", "value": {"boolValue": true}}]})")));
  EXPECT_THAT(page(), HasSubstr(R"(n_total{a_b="1;2",list="[1,\"x\"]",)"
                                R"(orchestrator_id="svc",service_name="svc",yes="true"} 1)"));
}

TEST_F(OtlpEndpoints, NameTheOrchestratorByTheFirstThatIsThere) {
  const auto idOf = [&](const std::string& resource) {
    json(metricsOf(sumOf("n", R"({"timeUnixNano": 9, "asInt": 1})"), resource));
    return page();
  };
  EXPECT_THAT(idOf(R"("orchestrator_id", "one")"), HasSubstr("orchestrator_id=\"one\""));
  EXPECT_THAT(idOf(R"("service.instance.id", "two")"), HasSubstr("orchestrator_id=\"two\""));
  EXPECT_THAT(idOf(R"("service.instance.id", "01234567-89ab-cdef-0123-456789abcdef")"),
              HasSubstr("orchestrator_id=\"unknown\""));
}

TEST_F(OtlpEndpoints, SayHowManyPointsWereRefusedAndWhyTheFirst) {
  EXPECT_EQ(partial(json(metricsOf(sumOf("n", R"({"timeUnixNano": 9, "asInt": 1})", 0)))),
            "1: the aggregation temporality is neither delta nor cumulative");
  EXPECT_EQ(partial(json(metricsOf(sumOf("", R"({"timeUnixNano": 9, "asInt": 1})")))),
            "1: the metric has no name");
  EXPECT_EQ(partial(json(metricsOf(sumOf("n", R"({"timeUnixNano": 9, "asDouble": "NaN"},
                                                 {"timeUnixNano": 9, "asInt": -1},
                                                 {"timeUnixNano": 9, "asInt": 1})")))),
            "2: the sum is not a number");
  EXPECT_EQ(partial(json(metricsOf(sumOf("n", R"({"timeUnixNano": "9000000000000000000",
                                                  "asInt": 1})")))),
            "1: the time is more than an hour ahead");
  EXPECT_EQ(partial(json(metricsOf(R"({"name": "h", "histogram": {"aggregationTemporality": 1,
      "dataPoints": [{"count": 1, "bucketCounts": [1], "explicitBounds": [1]},
                     {"count": 1, "bucketCounts": [1, 0, 0], "explicitBounds": [2, 1]}]}})"))),
            "2: bucket_counts must be one more than explicit_bounds");
}

TEST_F(OtlpEndpoints, SayThatInProtobufToo) {
  const Response response = protobuf(message::request(
      {}, "", {message::metric({"n", "", 7, 0, true, {message::numberPoint({.value = 1})}})}));
  EXPECT_EQ(response.status, 200);
  // Field 1 of 63 bytes: {1: one point, 2: the reason of 59}.
  EXPECT_THAT(response.body, testing::StartsWith(std::string("\x0a\x3f\x08\x01\x12", 5)));
  EXPECT_THAT(response.body, HasSubstr("neither delta nor cumulative"));
}

TEST_F(OtlpEndpoints, RefuseASecondTypeOfAName) {
  json(metricsOf(sumOf("n_total", R"({"timeUnixNano": 9, "asInt": 1})")));
  EXPECT_EQ(partial(json(metricsOf(R"({"name": "n.total", "gauge": {"dataPoints": [
                {"timeUnixNano": 9, "asInt": 1}]}})"))),
            "1: the family of this name is of another type");
}

TEST_F(OtlpEndpoints, CountEverythingThoughSeriesAreTooMany) {
  std::string points;
  for (int i = 0; i < 20'000; ++i) {
    points += (i > 0 ? "," : "") + std::string(R"({"timeUnixNano": 9, "asInt": 1, "attributes": [
        {"key": "k", "value": {"stringValue": ")") +
              std::to_string(i) + R"("}}]})";
  }
  IngestDoor wide(store, std::size_t{8} << 20, [](const std::string&) {});
  post(metricsEndpoint(wide, rules), "application/json", metricsOf(sumOf("n", points, 2)));
  EXPECT_EQ(store.seriesCount(), 2'001u);
  EXPECT_THAT(page(), HasSubstr("n_total{overflow=\"true\"} 18000\n"));
}

TEST_F(OtlpEndpoints, AnswerAnEmptyRequestWithSuccess) {
  EXPECT_EQ(protobuf("").status, 200);
  EXPECT_EQ(json("{}").body, "{}");
  EXPECT_EQ(json(R"({"resourceMetrics": null})").body, "{}");
}

TEST_F(OtlpEndpoints, RefuseWhatCannotBeRead) {
  const std::string whole = message::request(
      {{"service.name", "svc"}}, "",
      {message::metric({"jobs", "", 7, 1, true, {message::numberPoint({.value = 2})}})});
  for (std::size_t size = 1; size < whole.size(); ++size) {
    EXPECT_EQ(protobuf(whole.substr(0, size)).status, 400) << size;
  }
  const std::string text = metricsOf(sumOf("jobs", R"({"timeUnixNano": 9, "asInt": 1})"));
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_EQ(json(text.substr(0, size)).status, 400) << size;
  }
  EXPECT_EQ(json(text + "x").status, 400);
  EXPECT_EQ(page(), exposeText([this](Sink& out) { registry.collect(out); }));
}

TEST_F(OtlpEndpoints, RefuseWhatIsNestedTooDeeply) {
  const std::string deep = std::string(70, '[') + std::string(70, ']');
  const Response response = json(R"({"a": )" + deep + "}");
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.body, R"({"message":"the JSON is nested too deeply"})");
}

TEST_F(OtlpEndpoints, PassOverFieldsOfAnotherWireType) {
  // A name as a number, a point's time as text.
  EXPECT_EQ(protobuf(std::string("\x0a\x0a\x12\x08\x12\x06\x08\x01\x3a\x02\x0a\x00", 12)).status,
            200);
}

TEST_F(OtlpEndpoints, RefuseOtherTypesAndEncodings) {
  const auto statusOf = [&](const std::string& type, const Fields& headers) {
    try {
      return post(metricsEndpoint(door, rules), type, "x", headers).status;
    } catch (const HttpError& error) {
      return error.status();
    }
  };
  EXPECT_EQ(statusOf("text/plain", {}), 415);
  EXPECT_EQ(statusOf("application/json", {{"Content-Encoding", "br"}}), 415);
  EXPECT_EQ(statusOf("application/json", {{"Content-Encoding", "gzip"}}), 400);
}

std::string packed(const std::string& text) {
  Gzip gzip;
  TextBuffer out;
  const std::string_view part = text;
  gzip.compress({&part, 1}, out);
  return std::string(out.view());
}

TEST_F(OtlpEndpoints, UnpackBodiesUpToTheirLimit) {
  const std::string text = metricsOf(sumOf("jobs", R"({"timeUnixNano": 9, "asInt": 1})"));
  const Endpoint endpoint = metricsEndpoint(door, rules);
  const Fields gzip = {{"Content-Encoding", "gzip"}};
  EXPECT_EQ(post(endpoint, "application/json", packed(text), gzip).body, "{}");
  EXPECT_THAT(page(), HasSubstr("jobs_total"));
  const std::string bomb = packed(std::string(2 << 20, ' '));
  EXPECT_LT(bomb.size(), 1u << 16);
  EXPECT_EQ(post(endpoint, "application/json", bomb, gzip).status, 413);
}

TEST_F(OtlpEndpoints, LogARefusalOnceAMinute) {
  json("x");
  json("y");
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0], "otlp_metrics: answered 400: the JSON ends early");
}

TEST_F(OtlpEndpoints, HideMetricsOnRequest) {
  rules.raw = false;
  json(metricsOf(sumOf("jobs", R"({"timeUnixNano": 9, "asInt": 1})")));
  EXPECT_THAT(page(), Not(HasSubstr("jobs")));
}

TEST_F(OtlpEndpoints, CountSpansAndDropThem) {
  const Response response = post(tracesEndpoint(door), "application/json", R"({"resourceSpans": [
      {"scopeSpans": [{"spans": [{}, {"name": "s"}]}]}]})");
  EXPECT_EQ(response.body, "{}");
  EXPECT_THAT(selfMetrics(),
              HasSubstr("points_total{protocol=\"otlp_traces\",result=\"accepted\"} 2\n"));
}

constexpr std::string_view kPrompts = R"({"resourceLogs": [{"resource": {"attributes": [
    {"key": "service.name", "value": {"stringValue": "renamed"}},
    {"key": "orchestrator.id", "value": {"stringValue": "o"}}]},
  "scopeLogs": [{"scope": {"name": "com.anthropic.claude_code.events"}, "logRecords": [
    {"timeUnixNano": "5", "body": {"stringValue": "claude_code.user_prompt"}, "attributes": [
      {"key": "session.id", "value": {"stringValue": "s"}},
      {"key": "event.sequence", "value": {"intValue": 1}},
      {"key": "event.name", "value": {"stringValue": "user_prompt"}}]},
    {"timeUnixNano": "6", "body": {"stringValue": "claude_code.user_prompt"}},
    {"timeUnixNano": "6", "body": {"stringValue": "claude_code.user_prompt"}},
    {"timeUnixNano": "7", "body": {"stringValue": "a sentence"}}]}]}]})";

TEST_F(OtlpEndpoints, CountEventsOfAgentsOnce) {
  const std::string prompts =
      "orchestrator_agent_prompts_total{agent=\"claude-code\",orchestrator_id=\"o\"} ";
  EXPECT_EQ(logs(std::string(kPrompts)).body, "{}");
  EXPECT_THAT(page(), HasSubstr(prompts + "3\n"));
  EXPECT_EQ(logs(std::string(kPrompts)).body, "{}");
  EXPECT_THAT(page(), HasSubstr(prompts + "3\n"));
  EXPECT_THAT(selfMetrics(),
              HasSubstr("points_total{protocol=\"otlp_logs\",result=\"duplicate\"} 4\n"));
}

TEST_F(OtlpEndpoints, CountAnEventOfTheSameNumberAtAnotherTime) {
  std::string later(kPrompts);
  logs(later);
  later.replace(later.find("\"5\""), 3, "\"8\"");
  logs(later);
  EXPECT_THAT(page(), HasSubstr("prompts_total{agent=\"claude-code\",orchestrator_id=\"o\"} 4\n"));
}

TEST_F(OtlpEndpoints, TellNothingOfThemselvesBeforeTheFirstPush) { EXPECT_EQ(selfMetrics(), ""); }

}  // namespace
}  // namespace orchestrator_exporter::http::otlp
