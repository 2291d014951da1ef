#include "http/ingest/records_endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "http/server/compression.h"
#include "metrics/pushed/pushed_metrics.h"
#include "tests/support/expositions.h"

namespace orchestrator_exporter::http {

using testing::HasSubstr;
using testing::Not;

class RecordsEndpoint : public testing::Test {
 protected:
  Response post(const std::string& body) {
    Request request{.method = "POST", .path = "/api/v1/records", .body = body};
    request.headers = {{"Content-Type", contentType}, {"Content-Encoding", encoding}};
    request.remoteAddress = remoteAddress;
    return recordsEndpoint(collector, door, sampled)(request);
  }
  // The error that a batch is refused with.
  std::string error(const std::string& body) {
    const Response response = post(body);
    EXPECT_EQ(response.status, 400) << response.body;
    EXPECT_EQ(response.contentType, "application/json");
    return nlohmann::json::parse(response.body).value("error", "no error");
  }
  std::string errorOfRecord(const std::string& record) {
    return error(R"({"records": [)" + record + "]}");
  }
  std::string metrics() {
    return exposeText([this](Sink& out) { registry.collect(out); });
  }

  std::string contentType = "application/json";
  std::string encoding = "identity";
  std::string remoteAddress = "127.0.0.1";
  SampledObservation sampled;
  MetricsRegistry registry;
  MetricsCollector collector{registry};
  PushedMetrics pushed;
  IngestDoor door{pushed, std::size_t{1} << 20, [](const std::string&) {}};
};

TEST_F(RecordsEndpoint, UnpacksGzip) {
  const std::string_view batch =
      R"({"records": [{"type": "error", "orchestrator_id": "o", "error_type": "e"}]})";
  Gzip gzip;
  TextBuffer packed;
  gzip.compress({&batch, 1}, packed);
  encoding = "gzip";
  EXPECT_EQ(post(std::string(packed.view())).body, "{\"accepted\":1}\n");
  EXPECT_EQ(post("no gzip").status, 400);
}

TEST_F(RecordsEndpoint, AppliesRecordsOfEveryType) {
  const Response response = post(R"({"records": [
    {"type": "session_start", "orchestrator_id": "o", "session_type": "t"},
    {"type": "session_start", "orchestrator_id": "o", "session_type": "t"},
    {"type": "session_end", "orchestrator_id": "o", "session_type": "t"},
    {"tokens": 1500, "type": "token_usage", "orchestrator_id": "o", "model": "m"},
    {"type": "message_latency", "orchestrator_id": "o", "latency_ms": 250.5},
    {"type": "tool_invocation", "orchestrator_id": "o", "tool_name": "bash", "status": "success"},
    {"type": "delegation", "from_orchestrator": "o", "to_orchestrator": "p", "status": "rejected"},
    {"type": "error", "orchestrator_id": "o", "error_type": "e"},
    {"type": "node_load", "node_id": "n", "load": 1},
    {"type": "budget_utilization", "orchestrator_id": "o", "period": "weekly", "percent": 101},
    {"type": "custom_metric", "name": "drift", "unit": "ms", "value": -2.5},
    {"type": "memory_usage", "component": "cache", "bytes": 4096},
    {"type": "query_performance", "operation": "select", "duration_ms": 1500, "rows": 20},
    {"type": "trace_overhead", "duration_ms": 3, "events": 7}]})");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.contentType, "application/json");
  EXPECT_EQ(response.body, "{\"accepted\":14}\n");
  const std::string text = metrics();
  EXPECT_THAT(text, HasSubstr("orchestrator_sessions_active{orchestrator_id=\"o\",session_type="
                              "\"t\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("orchestrator_tokens_used_total{model=\"m\",orchestrator_id=\"o\"} "
                              "1500\n"));
  EXPECT_THAT(text, HasSubstr("orchestrator_message_latency_seconds_sum{orchestrator_id=\"o\"} "
                              "0.2505\n"));
  EXPECT_THAT(text, HasSubstr("status=\"success\",tool_name=\"bash\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("status=\"rejected\",to_orchestrator=\"p\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("orchestrator_errors_total{error_type=\"e\""));
  EXPECT_THAT(text, HasSubstr("orchestrator_node_load{node_id=\"n\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("period=\"weekly\"} 101\n"));
  EXPECT_THAT(text, HasSubstr("custom_metric{name=\"drift\",unit=\"ms\"} -2.5\n"));
  EXPECT_THAT(text, HasSubstr("component_memory_bytes{component=\"cache\"} 4096\n"));
  EXPECT_THAT(text, HasSubstr("db_query_duration_seconds_sum{database=\"\",operation=\"select\","
                              "table=\"\"} 1.5\n"));
  EXPECT_THAT(text, HasSubstr("db_rows_total{database=\"\",operation=\"select\",table=\"\"} 20\n"));
  EXPECT_THAT(text, HasSubstr("trace_collection_duration_seconds_sum 0.003\n"));
  EXPECT_THAT(text, HasSubstr("trace_events_total 7\n"));
}

TEST_F(RecordsEndpoint, CountsAnEndWithoutAStartAsRejected) {
  const std::string start = R"({"type":"session_start","orchestrator_id":"o","session_type":"t"})";
  const std::string end = R"({"type":"session_end","orchestrator_id":"o","session_type":"t"})";
  EXPECT_EQ(post("{\"records\":[" + start + "," + end + "]}").body, "{\"accepted\":2}\n");
  EXPECT_EQ(post("{\"records\":[" + start + "," + end + "," + end + "]}").body,
            "{\"accepted\":2,\"rejected\":1}\n");
  EXPECT_EQ(post("{\"records\":[" + end + "]}").body, "{\"accepted\":0,\"rejected\":1}\n");
  EXPECT_THAT(metrics(), HasSubstr("rejected_updates_total{reason=\"end_without_start\"} 2\n"));
}

TEST_F(RecordsEndpoint, RefusesTokensThatCouldMakeASumOverflow) {
  const auto tokens = [](const std::string& number) {
    return R"({"type":"token_usage","orchestrator_id":"o","model":"m","tokens":)" + number + "}";
  };
  EXPECT_EQ(post("{\"records\":[" + tokens("100") + "]}").status, 200);
  EXPECT_EQ(errorOfRecord(tokens("7") + "," + tokens("1e308")),
            "records[1].tokens: expected a number from 0 to 1e+15, got 1e+308");
  EXPECT_EQ(post("{\"records\":[" + tokens("1e15") + "]}").status, 200);
  EXPECT_THAT(metrics(), HasSubstr("orchestrator_id=\"o\"} 1000000000000100\n"));
}

TEST_F(RecordsEndpoint, TakesAnEmptyBatch) {
  EXPECT_EQ(post(R"({"records": []})").body, "{\"accepted\":0}\n");
}

TEST_F(RecordsEndpoint, TakesExactlyTenThousandRecords) {
  const std::string one = R"({"type":"error","orchestrator_id":"o","error_type":"e"})";
  std::string many = one;
  for (int i = 1; i < 10'000; ++i) many += "," + one;
  EXPECT_EQ(post("{\"records\":[" + many + "]}").status, 200);
  EXPECT_EQ(error("{\"records\":[" + many + "," + one + "]}"),
            "records: expected at most 10000 records");
  EXPECT_THAT(metrics(), HasSubstr("orchestrator_id=\"o\"} 10000\n"));
}

TEST_F(RecordsEndpoint, AppliesNothingWhenOneRecordIsWrong) {
  std::string records;
  for (int i = 0; i < 7; ++i) {
    records += R"({"type":"token_usage","orchestrator_id":"o","model":"m","tokens":1},)";
  }
  EXPECT_EQ(
      errorOfRecord(records +
                    R"({"type":"token_usage","orchestrator_id":"o","model":"m","tokens":-5})"),
      "records[7].tokens: expected a number >= 0, got -5");
  EXPECT_THAT(metrics(), Not(HasSubstr("orchestrator_")));
}

TEST_F(RecordsEndpoint, NamesTheFieldThatIsWrong) {
  EXPECT_EQ(errorOfRecord(R"({"type":"tokn_usage"})"),
            "records[0].type: unknown type 'tokn_usage', expected session_start, session_end, "
            "token_usage, message_latency, tool_invocation, delegation, error, node_load, "
            "budget_utilization, custom_metric, memory_usage, query_performance or "
            "trace_overhead");
  EXPECT_EQ(errorOfRecord(R"({"type":5})"), "records[0].type: expected a text, got 5");
  EXPECT_EQ(errorOfRecord("{}"), "records[0].type: is missing");
  EXPECT_EQ(errorOfRecord(R"({"type":"error","orchestrator_id":"o","error_type":"e","x":1})"),
            "records[0].x: unknown field of error");
  EXPECT_EQ(errorOfRecord(R"({"type":"error","orchestrator_id":"o","error_type":"e","":1})"),
            "records[0].: unknown field of error");
  EXPECT_EQ(errorOfRecord(R"({"type":"error","orchestrator_id":"o"})"),
            "records[0].error_type: is missing");
  EXPECT_EQ(errorOfRecord(R"({"type":"error","orchestrator_id":"","error_type":"e"})"),
            "records[0].orchestrator_id: expected a text that is not empty, got ''");
  EXPECT_EQ(errorOfRecord(R"({"type":"error","orchestrator_id":7,"error_type":"e"})"),
            "records[0].orchestrator_id: expected a text, got 7");
  EXPECT_EQ(errorOfRecord(R"({"type":"node_load","node_id":"n","load":1.5})"),
            "records[0].load: expected a number from 0 to 1, got 1.5");
  EXPECT_EQ(errorOfRecord(R"({"type":"node_load","node_id":"n","load":"high"})"),
            "records[0].load: expected a number from 0 to 1, got 'high'");
  EXPECT_EQ(errorOfRecord(R"({"type":"node_load","node_id":"n"})"), "records[0].load: is missing");
  EXPECT_EQ(errorOfRecord(R"({"type":"trace_overhead","duration_ms":3})"),
            "records[0].events: is missing");
  EXPECT_EQ(errorOfRecord(R"({"type":"trace_overhead","duration_ms":3,"events":-1})"),
            "records[0].events: expected a number >= 0, got -1");
  EXPECT_EQ(errorOfRecord(R"({"type":"custom_metric","name":"n","unit":"u","value":"x"})"),
            "records[0].value: expected a finite number, got 'x'");
  EXPECT_EQ(errorOfRecord(R"({"type":"node_load","node_id":"n","load":null})"),
            "records[0].load: expected a text or a number, got null");
  EXPECT_EQ(errorOfRecord(R"({"type":"node_load","node_id":"n","load":[1]})"),
            "records[0].load: expected a text or a number, got an array");
  EXPECT_EQ(errorOfRecord(R"({"type":"tool_invocation","orchestrator_id":"o","tool_name":"t",)"
                          R"("status":"ok"})"),
            "records[0].status: expected success, error or timeout, got 'ok'");
  EXPECT_EQ(errorOfRecord("7"), "records[0]: expected an object, got 7");
}

TEST_F(RecordsEndpoint, RefusesAFieldThatStandsThereTwice) {
  EXPECT_EQ(errorOfRecord(R"({"type":"node_load","node_id":"n","load":1,"load":1})"),
            "records[0].load: stands there twice");
  EXPECT_EQ(error(R"({"records":[],"records":[]})"), "records: stands there twice");
}

TEST_F(RecordsEndpoint, RefusesOtherDocuments) {
  EXPECT_EQ(error("{}"), "records: is missing");
  EXPECT_EQ(error("[]"), "expected an object with the field records, got an array");
  EXPECT_EQ(error("5"), "expected an object with the field records, got 5");
  EXPECT_EQ(error(R"({"recods":[]})"), "recods: unknown field");
  EXPECT_EQ(error(R"({"records":{}})"), "records: expected an array, got an object");
}

TEST_F(RecordsEndpoint, RefusesWhatIsNotJson) {
  EXPECT_THAT(error(""), HasSubstr("expected JSON"));
  EXPECT_EQ(error(R"({"records":[}]})"), "byte 13: expected JSON, got '\"records\":[}'");
  EXPECT_THAT(error(R"({"records":[]} {)"), HasSubstr("byte 16: expected JSON"));
  EXPECT_THAT(error("{\"records\":[{\"type\":\"\xFF\"}]}"), HasSubstr("\\xff"));
  EXPECT_THAT(errorOfRecord(R"({"type":"node_load","node_id":"n","load":1e999})"),
              HasSubstr("expected a number that fits a double, got '1e999'"));
  EXPECT_THAT(error(R"({"records":[{"type":"NaN","load":NaN}]})"), HasSubstr("expected JSON"));
}

TEST_F(RecordsEndpoint, SurvivesDeepNesting) {
  EXPECT_THAT(error(std::string(500'000, '[')), HasSubstr("expected an object"));
  EXPECT_THAT(error(R"({"records":)" + std::string(500'000, '[')), HasSubstr("records[0]"));
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += R"({"a":)";
  EXPECT_THAT(errorOfRecord(objects), HasSubstr("records[0].a"));
}

TEST_F(RecordsEndpoint, AcceptsParametersOfTheMediaType) {
  contentType = "Application/JSON ; charset=utf-8";
  EXPECT_EQ(post(R"({"records": []})").status, 200);
}

TEST_F(RecordsEndpoint, RefusesOtherMediaTypes) {
  for (const char* other :
       {"text/plain", "", "application/jsonp", "application/x-www-form-urlencoded"}) {
    contentType = other;
    EXPECT_EQ(post(R"({"records": []})").status, 415) << other;
  }
}

TEST_F(RecordsEndpoint, TakesWhatItsRouteLetsIn) {
  remoteAddress = "192.0.2.1";
  EXPECT_EQ(post(R"({"records": []})").status, 200);
}

TEST_F(RecordsEndpoint, TellsOfItselfAsAllWaysToPushDo) {
  const std::string end = R"({"type":"session_end","orchestrator_id":"o","session_type":"t"})";
  const std::string error = R"({"type":"error","orchestrator_id":"o","error_type":"e"})";
  post("{\"records\":[" + error + "," + end + "]}");
  post("no JSON");
  const std::string shown = exposeText([this](Sink& out) { door.statistics().collect(out); });
  EXPECT_THAT(shown, HasSubstr("requests_total{code=\"200\",protocol=\"records\"} 1\n"));
  EXPECT_THAT(shown, HasSubstr("requests_total{code=\"400\",protocol=\"records\"} 1\n"));
  EXPECT_THAT(shown, HasSubstr("points_total{protocol=\"records\",result=\"accepted\"} 1\n"));
  EXPECT_THAT(shown, HasSubstr("points_total{protocol=\"records\",result=\"rejected\"} 1\n"));
}

TEST_F(RecordsEndpoint, RefusesMoreThanAMebibyte) {
  const std::string batch = R"({"records": []})";
  const std::size_t limit = std::size_t{1} << 20;
  EXPECT_EQ(post(batch + std::string(limit - batch.size(), ' ')).status, 200);
  EXPECT_EQ(post(batch + std::string(limit + 1 - batch.size(), ' ')).status, 413);
}

TEST_F(RecordsEndpoint, SaysWhenTheCollectorIsClosed) {
  collector.close();
  EXPECT_EQ(post(R"({"records": []})").status, 503);
}

// Which latencies are recorded is for the pipeline to say; all other records are.
TEST_F(RecordsEndpoint, AcceptsObservationsThatAreNotRecorded) {
  std::string asked;
  sampled = [&](std::string_view family, double value) {
    asked += std::string(family) + " " + std::to_string(value) + "\n";
    return value > 1;
  };
  EXPECT_EQ(post(R"({"records": [
    {"type": "message_latency", "orchestrator_id": "o", "latency_ms": 250},
    {"type": "message_latency", "orchestrator_id": "o", "latency_ms": 1500},
    {"type": "error", "orchestrator_id": "o", "error_type": "e"}]})")
                .body,
            "{\"accepted\":3}\n");
  EXPECT_EQ(asked,
            "orchestrator_message_latency_seconds 0.250000\n"
            "orchestrator_message_latency_seconds 1.500000\n");
  EXPECT_THAT(metrics(),
              HasSubstr("orchestrator_message_latency_seconds_count{orchestrator_id=\"o\"} 1\n"));
  EXPECT_THAT(metrics(),
              HasSubstr("orchestrator_errors_total{error_type=\"e\",orchestrator_id=\"o\"} 1\n"));
}

}  // namespace orchestrator_exporter::http
