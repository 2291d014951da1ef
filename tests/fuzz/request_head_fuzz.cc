#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/fuzz/request_head_invariants.h"
#include "tests/fuzz/seeds.h"

// The first byte says where the others are cut in two.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using orchestrator_exporter::test::brokenPromise;
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto broken = brokenPromise(bytes, {data[0] % size, bytes.size() * data[0] / 256});
  if (broken) {
    std::fprintf(stderr, "%s\n", broken->c_str());
    std::abort();
  }
  return 0;
}

std::vector<std::string> seeds() {
  return {"\x40GET / HTTP/1.1\r\nHost: a\r\n\r\n",
          "\x10POST /v1/metrics?a=b%20c HTTP/1.1\r\nHost: [::1]:80\r\nContent-Length: 3\r\n\r\nabc",
          "\x80PUT http://a:80/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
          "Expect: 100-continue\r\n\r\n"};
}
