#include <orchestrator_exporter/metrics.h>

#include <cstdio>

// Records and prints what it recorded; needs the library's metrics alone.
int main() {
  orchestrator_exporter::MetricsRegistry registry;
  orchestrator_exporter::MetricsCollector collector(registry);
  collector.recordTokenUsage("o", "m", 3);
  const auto writer = orchestrator_exporter::ExpositionWriter::make({});
  registry.collect(*writer);
  for (const std::string_view part : writer->finish())
    std::fwrite(part.data(), 1, part.size(), stdout);
}
