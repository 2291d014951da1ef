#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/fuzz/otlp_invariants.h"

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
