#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/fuzz/beacon_invariants.h"
#include "tests/fuzz/seeds.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto broken = orchestrator_exporter::http::browser::test::brokenPromise(text)) {
    std::fprintf(stderr, "%s\n", broken->c_str());
    std::abort();
  }
  return 0;
}

std::vector<std::string> seeds() {
  return {R"({"v":1,"page":"/cart/12","browser":"chrome","device":"mobile","viewport":"small",)"
          R"("session":"s","late":false,"lost":3,"metrics":[{"name":"LCP","value":1834.2,)"
          R"("id":"v6-1","nav":"navigate"},{"name":"page-load","value":10,"id":"a"}]})",
          R"({"metrics":[{"name":"CLS","value":0.1,"id":"b"}],"page":"/\u00e9/a0a0a0a0a0","v":1})",
          R"({"v":2})", R"([])"};
}
