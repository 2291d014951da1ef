#include <exporter/host/host.h>
#include <metrics/exposition/exposition.h>

#include <cstdio>

// Prints this host's load averages: the collectors registered themselves from the installed
// archive.
int main() {
  exporter::Host host({});
  const auto writer = exporter::ExpositionWriter::make({});
  host.collect(*writer, {.only = {"loadavg"}});
  for (const std::string_view part : writer->finish())
    std::fwrite(part.data(), 1, part.size(), stdout);
}
