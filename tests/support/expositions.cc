#include "tests/support/expositions.h"

namespace orchestrator_exporter {

std::string expose(const ExpositionOptions& options, const std::function<void(Sink&)>& give) {
  const auto writer = ExpositionWriter::make(options);
  give(*writer);
  std::string body;
  for (const std::string_view part : writer->finish()) body += part;
  return body;
}

std::string exposeText(const std::function<void(Sink&)>& give) { return expose({}, give); }

}  // namespace orchestrator_exporter
