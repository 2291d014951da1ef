#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "tests/fuzz/http2_invariants.h"
#include "tests/fuzz/seeds.h"
#include "tests/support/http2_client.h"

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

std::vector<std::string> seeds() {
  using orchestrator_exporter::test::frame;
  using orchestrator_exporter::test::framed;
  // POST, http, an authority and a path by HPACK.
  const std::string fields = "\x83\x86\x01\x01h\x04\x06/s.S/M";
  const std::string settings = frame(4, 0, 0);
  return {"\x0e" + settings + frame(1, 4, 1, fields) + frame(0, 1, 1, framed("hello")),
          "\x03" + settings + frame(1, 0, 5, fields.substr(0, 5)) +
              frame(9, 4, 5, fields.substr(5)) + frame(0, 0, 5, framed("a")) + frame(0, 1, 5) +
              frame(6, 0, 0, "12345678"),
          "\x07" + settings + frame(1, 4, 3, fields) +
              frame(3, 0, 3, std::string("\0\0\0\x08", 4)) + frame(7, 0, 0, std::string(8, '\0'))};
}
