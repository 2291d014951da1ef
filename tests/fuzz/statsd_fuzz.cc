#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/fuzz/statsd_invariants.h"

// The first byte says which tagging styles are understood.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (const auto broken = orchestrator_exporter::http::statsd::test::brokenPromise(text, data[0])) {
    std::fprintf(stderr, "%s\n", broken->c_str());
    std::abort();
  }
  return 0;
}
