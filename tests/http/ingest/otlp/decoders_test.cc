#include <gtest/gtest.h>

#include <random>
#include <string>

#include "tests/fuzz/otlp_invariants.h"
#include "tests/support/otlp_messages.h"

namespace orchestrator_exporter::http::otlp::test {
namespace {

namespace message = orchestrator_exporter::test::otlp;

std::string protobufMetrics() {
  return message::request(
      {{"service.name", "svc"}, {"orchestrator.id", "o"}}, "scope",
      {message::metric({"jobs",
                        "s",
                        7,
                        1,
                        true,
                        {message::numberPoint({.value = 2, .attributes = {{"queue", "mail"}}}),
                         message::numberPoint({.value = 3, .flags = 1})}}),
       message::metric({"level", "1", 5, 0, false, {message::numberPoint({.value = -2})}})});
}

constexpr std::string_view kJsonMetrics =
    R"({"resourceMetrics":[{"resource":{"attributes":[{"key":"a","value":{"arrayValue":{"values":[
    {"intValue":"1"},{"kvlistValue":{"values":[{"key":"k","value":{"stringValue":"\u00e9"}}]}}]}}}]},
    "scopeMetrics":[{"scope":{"name":"s"},"metrics":[{"name":"h","unit":"ms","histogram":{
    "aggregationTemporality":2,"dataPoints":[{"count":"3","sum":4.5,"bucketCounts":["1","2"],
    "explicitBounds":[1],"timeUnixNano":"9","exemplars":[{"asDouble":1,"traceId":"ab"}]}]}},
    {"name":"e","exponentialHistogram":{"aggregationTemporality":1,"dataPoints":[{"scale":3,
    "count":2,"positive":{"offset":-4,"bucketCounts":[1,1]}}]}}]}]}]})";

constexpr std::string_view kJsonLogs =
    R"({"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":
    "codex_exec"}}]},"scopeLogs":[{"scope":{"name":"codex_otel.log_only"},"logRecords":[{
    "timeUnixNano":0,"observedTimeUnixNano":"7","body":null,"traceId":"","attributes":[{"key":
    "event.name","value":{"stringValue":"codex.user_prompt"}},{"key":"n","value":{"doubleValue":
    1e3}}]}]}]}]})";

// Some bytes changed, some left out, some doubled; the same in every run.
class Spoilt {
 public:
  std::string operator()(std::string bytes) {
    for (std::uint32_t i = random_() % 4; i > 0 && !bytes.empty(); --i) {
      const std::size_t at = random_() % bytes.size();
      switch (random_() % 4) {
        case 0:
          bytes[at] = static_cast<char>(random_());
          break;
        case 1:
          bytes.erase(at, random_() % 8);
          break;
        case 2:
          bytes.insert(at, bytes.substr(at, random_() % 16));
          break;
        default:
          bytes.resize(at);
      }
    }
    return bytes;
  }

 private:
  std::mt19937 random_{7};
};

void expectKept(Kind kind, std::string_view whole) {
  Spoilt spoilt;
  for (int i = 0; i < 2'000; ++i) {
    const std::string bytes = spoilt(std::string(whole));
    ASSERT_EQ(brokenOtlpPromise(kind, bytes), std::nullopt) << bytes;
  }
}

TEST(OtlpDecoders, KeepTheirPromisesForSpoiltProtobuf) {
  expectKept(Kind::kProtobufMetrics, protobufMetrics());
  expectKept(Kind::kProtobufLogs, protobufMetrics());
}

TEST(OtlpDecoders, KeepTheirPromisesForSpoiltJson) {
  expectKept(Kind::kJsonMetrics, kJsonMetrics);
  expectKept(Kind::kJsonLogs, kJsonLogs);
}

TEST(OtlpDecoders, RefuseJsonThatIsAllMarks) {
  std::string text = R"({"a": [0)";
  for (int i = 0; i < 12'000'000; ++i) text += ",0";
  Records records;
  EXPECT_THROW(decodeJsonLogs(text + "]}", records), ParseError);
}

TEST(OtlpDecoders, FindWhatIsInWholeRequests) {
  Records records;
  decodeJsonLogs(kJsonLogs, records);
  EXPECT_GT(records.bytes(), 200u);
}

}  // namespace
}  // namespace orchestrator_exporter::http::otlp::test
