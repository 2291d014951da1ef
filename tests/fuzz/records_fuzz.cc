#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "http/ingest/record_batch.h"
#include "tests/fuzz/seeds.h"

// A batch of records is whole, or has an error that a log line can show.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view json(reinterpret_cast<const char*>(data), size);
  const orchestrator_exporter::http::RecordBatch batch =
      orchestrator_exporter::http::parseRecordBatch(json, 64);
  const auto isShown = [](char c) { return c >= ' ' && c <= '~'; };
  bool isKept = batch.error.empty() || batch.records.empty();
  for (const char c : batch.error) isKept = isKept && isShown(c);
  if (!isKept) {
    std::fprintf(stderr, "a batch that is not whole, or an error that is no text\n");
    std::abort();
  }
  return 0;
}

std::vector<std::string> seeds() {
  return {
      R"({"records": [{"type": "token_usage", "orchestrator_id": "o", "model": "m", "tokens": 5}]})",
      R"({"records": [{"type": "session_start", "orchestrator_id": "\u00e9", "session_type": "t"},)"
      R"({"type": "error", "orchestrator_id": "o", "error_type": "e"}]})",
      R"({"records": []})", "[[[[[[[[[[[[[["};
}
