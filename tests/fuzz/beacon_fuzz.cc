#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/fuzz/beacon_invariants.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto broken = orchestrator_exporter::http::browser::test::brokenPromise(text)) {
    std::fprintf(stderr, "%s\n", broken->c_str());
    std::abort();
  }
  return 0;
}
