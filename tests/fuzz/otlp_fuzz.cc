#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "tests/fuzz/otlp_invariants.h"
#include "tests/fuzz/seeds.h"
#include "tests/support/otlp_messages.h"

// The first byte says which decoder takes the others.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace orchestrator_exporter::http::otlp::test;
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (const auto broken = brokenOtlpPromise(static_cast<Kind>(data[0] % 4U), bytes)) {
    std::fprintf(stderr, "%s\n", broken->c_str());
    std::abort();
  }
  return 0;
}

std::vector<std::string> seeds() {
  namespace message = orchestrator_exporter::test::otlp;
  const std::string point = message::numberPoint({.value = 2, .attributes = {{"session.id", "s"}}});
  const std::string metrics =
      message::request({{"service.name", "svc"}}, "scope",
                       {message::metric({"claude_code.token.usage", "tokens", 7, 1, true, {point}}),
                        message::metric({"level", "1", 5, 0, false, {point}}),
                        message::metric({"h", "s", 9, 2, false, {point}}),
                        message::metric({"e", "s", 10, 2, false, {point}}),
                        message::metric({"s", "s", 11, 0, false, {point}})});
  const std::string json =
      R"({"resourceMetrics":[{"resource":{"attributes":[{"key":"a","value":{"arrayValue":{"values":[)"
      R"({"intValue":"1"},{"kvlistValue":{"values":[{"key":"k","value":{"bytesValue":"eA=="}}]}}]}}}]},)"
      R"("scopeMetrics":[{"scope":{"name":"s"},"metrics":[{"name":"h","unit":"ms","histogram":{)"
      R"("aggregationTemporality":2,"dataPoints":[{"count":"3","sum":4.5,"bucketCounts":["1","2"],)"
      R"("explicitBounds":[1],"timeUnixNano":"9","exemplars":[{"asDouble":1,"traceId":"ab"}]}]}},)"
      R"({"name":"e","exponentialHistogram":{"aggregationTemporality":1,"dataPoints":[{"scale":3,)"
      R"("count":2,"positive":{"offset":-4,"bucketCounts":[1,1]},"zeroThreshold":1e-9}]}}]}]}]})";
  const std::string logs =
      R"({"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":)"
      R"("codex_exec"}}]},"scopeLogs":[{"scope":{"name":"codex_otel.log_only"},"logRecords":[{)"
      R"("timeUnixNano":0,"observedTimeUnixNano":"7","body":null,"traceId":"","attributes":[)"
      R"({"key":"event.name","value":{"stringValue":"codex.user_prompt"}}]}]}]}]})";
  return {std::string(1, '\0') + metrics, "\x01" + json, "\x02" + metrics, "\x03" + logs};
}
