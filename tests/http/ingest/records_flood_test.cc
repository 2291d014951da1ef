// However much is pushed, what is kept of it has a bound.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <malloc.h>

#include "http/ingest/records_endpoint.h"
#include "metrics/pushed/pushed_metrics.h"
#include "tests/support/expositions.h"

namespace orchestrator_exporter::http {

namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::size_t kMostSeries = 1000;
constexpr std::size_t kMostLabelBytes = 256 * kMostSeries;
constexpr int kLongest = 1024;

// What ingest flags of these values make of a program.
class RecordsFlood : public testing::Test {
 protected:
  Response post(const std::string& records) {
    Request request{
        .method = "POST", .path = "/api/v1/records", .body = "{\"records\":[" + records + "]}"};
    request.headers = {{"Content-Type", "application/json"}};
    request.remoteAddress = "127.0.0.1";
    return recordsEndpoint(collector, door)(request);
  }
  // Records of all types with identifiers of this length that nobody had before.
  std::string newRecords(std::size_t length) {
    std::string id = std::to_string(++identifiers_);
    id.insert(0, length - id.size(), 'x');
    const std::string orchestrator = R"("orchestrator_id":")" + id + "\"";
    return R"({"type":"session_start",)" + orchestrator + R"(,"session_type":")" + id + "\"}," +
           R"({"type":"token_usage",)" + orchestrator + R"(,"model":")" + id + R"(","tokens":1},)" +
           R"({"type":"message_latency",)" + orchestrator + R"(,"latency_ms":1},)" +
           R"({"type":"tool_invocation",)" + orchestrator + R"(,"tool_name":")" + id +
           R"(","status":"success"},)" + R"({"type":"delegation","from_orchestrator":")" + id +
           R"(","to_orchestrator":")" + id + R"(","status":"success"},)" + R"({"type":"error",)" +
           orchestrator + R"(,"error_type":")" + id + "\"}," +
           R"({"type":"node_load","node_id":")" + id + R"(","load":1},)" +
           R"({"type":"budget_utilization",)" + orchestrator + R"(,"period":"daily","percent":1})";
  }
  std::string metrics() {
    return exposeText([this](Sink& out) { registry.collect(out); });
  }

  MetricsRegistry registry{{.maxSeries = kMostSeries, .maxLabelBytes = kMostLabelBytes}};
  MetricsCollector collector{registry,
                             {.statisticsRetention = std::chrono::minutes(1),
                              .maxOrchestrators = 100,
                              .maxSeriesPerFamily = 400,
                              .maxIdentifierLength = kLongest}};
  PushedMetrics pushed;
  IngestDoor door{pushed, std::size_t{1} << 20, [](const std::string&) {}};

 private:
  int identifiers_ = 0;
};

}  // namespace

TEST_F(RecordsFlood, IsRefusedIfAnIdentifierIsTooLong) {
  EXPECT_EQ(post(newRecords(kLongest)).status, 200);
  const Response refused = post(newRecords(kLongest) + "," + newRecords(kLongest + 1));
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.body,
            "{\"error\":\"records[8].orchestrator_id: expected at most 1024 bytes, got 1025\"}\n");
  EXPECT_THAT(metrics(), Not(HasSubstr("xx2\"")));
}

TEST_F(RecordsFlood, LeavesNoMoreThanItsBound) {
  for (int i = 0; i < 100; ++i) post(newRecords(kLongest));
  const std::size_t before = mallinfo2().uordblks;
  std::size_t bytes = 0;
  for (int i = 0; i < 3000; ++i) {
    const std::string records = newRecords(i % 2 == 0 ? kLongest : 40);
    ASSERT_EQ(post(records).status, 200);
    bytes += records.size();
  }
  collector.flush();
  ASSERT_GT(bytes, 20'000'000u);
  // Series that may still come, what the collector remembers of them to find them, and the rest.
  constexpr std::size_t kBound =
      kMostSeries * 1000 + kMostLabelBytes + (std::size_t{3} << 20) + (std::size_t{1} << 20);
  EXPECT_LT(mallinfo2().uordblks, before + kBound);
  const std::string text = metrics();
  // A latency has nine series for one, each with its labels.
  EXPECT_LT(text.size(), 9 * (kMostLabelBytes + kMostSeries * 100));
  EXPECT_THAT(text, HasSubstr("orchestrator_errors_total{error_type=\"overflow\""));
  EXPECT_THAT(text, HasSubstr("metrics_registry_overflows_total{family="));
}

}  // namespace orchestrator_exporter::http
