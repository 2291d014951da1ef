#include <orchestrator_exporter/exporter/host/host.h>
#include <orchestrator_exporter/metrics.h>

#include <cstdio>

// Prints this host's load averages: the collectors registered themselves from the installed
// archive.
int main() {
  orchestrator_exporter::Host host({});
  const auto writer = orchestrator_exporter::ExpositionWriter::make({});
  host.collect(*writer, {.only = {"loadavg"}});
  for (const std::string_view part : writer->finish())
    std::fwrite(part.data(), 1, part.size(), stdout);
}
