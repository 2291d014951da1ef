#include <orchestrator_exporter/metrics/profiling/folded.h>
#include <orchestrator_exporter/metrics/profiling/profiler.h>

#include <cstdio>

// Marks a span and prints how often it was called; needs the library's profiling alone.
int main() {
  orchestrator_exporter::Profiler profiler;
  { const orchestrator_exporter::ProfileSpan span(profiler, "work"); }
  for (const orchestrator_exporter::SpanStatistics& span : profiler.spans()) {
    std::printf("%s %d\n", span.path[0].c_str(), static_cast<int>(span.calls));
  }
}
