#include <orchestrator_exporter/http/exposer.h>
#include <orchestrator_exporter/metrics.h>

#include <cstdio>
#include <memory>

// Records, serves on a free port and prints what it recorded.
int main() {
  const auto registry = std::make_shared<orchestrator_exporter::MetricsRegistry>();
  orchestrator_exporter::MetricsCollector collector(*registry);
  orchestrator_exporter::ProcessMetrics processes(*registry);
  orchestrator_exporter::http::Exposer exposer("127.0.0.1:0");
  exposer.RegisterCollectable(registry);
  collector.recordTokenUsage("o", "m", 3);
  processes.setTasks("p", 1);
  const auto writer = orchestrator_exporter::ExpositionWriter::make({});
  registry->collect(*writer);
  for (const std::string_view part : writer->finish())
    std::fwrite(part.data(), 1, part.size(), stdout);
}
