#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/fuzz/http2_invariants.h"

// The first byte says in which pieces the others come.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using orchestrator_exporter::http::h2::test::brokenSessionPromise;
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t pieceSize = std::size_t{1} << (data[0] % 15U);
  if (const auto broken = brokenSessionPromise(bytes, pieceSize)) {
    std::fprintf(stderr, "%s\n", broken->c_str());
    std::abort();
  }
  return 0;
}
