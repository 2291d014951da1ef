// Prints what a span allocated, in a program with the allocation hooks: "count bytes".
#include <cstdio>
#include <memory>

#include "metrics/profiling/profiler.h"

int main() {
  orchestrator_exporter::Profiler profiler;
  {
    const orchestrator_exporter::ProfileSpan span(profiler, "allocates");
    for (int i = 0; i < 10; ++i) {
      const auto memory = std::make_unique<char[]>(1000);
      volatile char* const bytes = memory.get();
      bytes[0] = 1;  // so that no compiler leaves the allocation out
    }
  }
  for (const auto& span : profiler.spans()) {
    if (!span.allocations) return 1;
    std::printf("%llu %llu\n", static_cast<unsigned long long>(*span.allocations),
                static_cast<unsigned long long>(*span.allocatedBytes));
  }
}
