#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "http/ingest/pushgateway/grouping_key.h"
#include "http/ingest/pushgateway/push_body.h"
#include "metrics/base/errors.h"
#include "metrics/pushed/push_groups.h"
#include "tests/fuzz/seeds.h"
#include "tests/support/expositions.h"

// The first byte says what the others are: a path, a body of text, or one of protobuf, which is
// pushed twice.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace orchestrator_exporter;
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    if (data[0] % 3 == 0) {
      http::pushgateway::groupingKey(bytes);
      return 0;
    }
    http::Request request;
    if (data[0] % 3 == 1) request.headers = {{"Content-Type", "application/vnd.google.protobuf"}};
    const http::pushgateway::PushBody body(request, bytes);
    PushGroups groups;
    for (int i = 0; i < 2; ++i) {
      groups.push({{"job", "j"}}, PushGroups::Replace::kFamilies, body.families());
    }
  } catch (const ParseError&) {
    // What it cannot read it refuses so.
  }
  return 0;
}

std::vector<std::string> seeds() {
  using namespace orchestrator_exporter;
  const std::string protobuf =
      expose({.format = Format::kProtobuf, .nativeHistograms = true}, [](Sink& out) {
        out.counter("a_total", "Help.").add(3, {{"b", "c"}});
        const Bucket buckets[] = {{1, 2}, {5, 3}};
        const NativeSpan spans[] = {{-3, 2}};
        const std::int64_t deltas[] = {2, 0};
        const NativeBuckets native{.schema = 3, .positiveSpans = spans, .positiveDeltas = deltas};
        out.histogram("h", "").add({.buckets = buckets, .count = 4, .sum = 7.5, .native = &native},
                                   {{"x", "y"}});
        const Quantile quantiles[] = {{0.5, 1}};
        out.summary("s", "").add({.quantiles = quantiles, .count = 9, .sum = 8});
      });
  return {std::string(1, '\0') + "job/a/label@base64/Yi9j/c@base64/=", "\x01" + protobuf,
          "\x02# HELP a Help \\n.\n# TYPE a counter\na{b=\"\\\"c\\n\"} 1\n# TYPE h histogram\n"
          "h_bucket{le=\"1\"} 1\nh_bucket{le=\"+Inf\"} 2\nh_sum 3\nh_count 2\nu NaN 12\n"};
}
