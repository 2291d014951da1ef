#include <cstdint>
#include <string_view>

#include "http/ingest/pushgateway/grouping_key.h"
#include "http/ingest/pushgateway/push_body.h"
#include "metrics/base/errors.h"
#include "metrics/pushed/push_groups.h"

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
