#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/fuzz/seeds.h"
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

std::vector<std::string> seeds() {
  return {
      "\x0f"
      "a.b:1|c|@0.1|#t:v,u:w",
      "\x0f"
      "a:1:2.5:3|ms|@0.5",
      "\x02name,t=v,u=w:+3|g",
      "\x04name#t=v:-1|g",
      "\x08"
      "a[t=v]b:x|s",
      "\x01"
      "a:1|d|c:box|T123|#x:y",
      "\x01_sc|a|0",
      "\x01"
      "a:1|c:2|ms"};
}
