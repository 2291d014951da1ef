#include <http/exposer.h>
#include <metrics/exposition/exposition.h>
#include <metrics/instruments/process_metrics.h>
#include <metrics/recording/metrics_collector.h>

#include <cstdio>
#include <memory>

// Records, serves on a free port and prints what it recorded.
int main() {
  const auto registry = std::make_shared<exporter::MetricsRegistry>();
  exporter::MetricsCollector collector(*registry);
  exporter::ProcessMetrics processes(*registry);
  exporter::http::Exposer exposer("127.0.0.1:0");
  exposer.RegisterCollectable(registry);
  collector.recordTokenUsage("o", "m", 3);
  processes.setTasks("p", 1);
  const auto writer = exporter::ExpositionWriter::make({});
  registry->collect(*writer);
  for (const std::string_view part : writer->finish())
    std::fwrite(part.data(), 1, part.size(), stdout);
}
