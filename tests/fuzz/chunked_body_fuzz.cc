#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/fuzz/chunked_body_invariants.h"
#include "tests/fuzz/seeds.h"

// The first byte says how the others come: the size of the pieces, and the body's limit.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using orchestrator_exporter::test::brokenBodyPromise;
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t pieceSize = 1 + data[0] % 16U;
  const std::size_t limit = std::size_t{1} << (data[0] / 16U);
  if (const auto broken = brokenBodyPromise(bytes, limit, pieceSize)) {
    std::fprintf(stderr, "%s\n", broken->c_str());
    std::abort();
  }
  return 0;
}

std::vector<std::string> seeds() {
  return {
      "\x73"
      "5\r\nhello\r\n0\r\n\r\n",
      "\xf1"
      "1;a=\"b\"\r\nx\r\nA\r\n0123456789\r\n0\r\nT: v\r\n\r\n",
      "\x22"
      "0\r\n\r\n"};
}
