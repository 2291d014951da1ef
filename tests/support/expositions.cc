#include "tests/support/expositions.h"

#include <sstream>

namespace orchestrator_exporter {

std::string expose(const ExpositionOptions& options, const std::function<void(Sink&)>& give) {
  const auto writer = ExpositionWriter::make(options);
  give(*writer);
  std::string body;
  for (const std::string_view part : writer->finish()) body += part;
  return body;
}

std::string exposeText(const std::function<void(Sink&)>& give) { return expose({}, give); }

std::string linesWith(const std::string& text, std::string_view word) {
  std::istringstream lines(text);
  std::string found;
  for (std::string line; std::getline(lines, line);) {
    if (line.find(word) != std::string::npos) found += line + "\n";
  }
  return found;
}

}  // namespace orchestrator_exporter
