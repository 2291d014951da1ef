#include "exporter/configuration/faults.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace orchestrator_exporter::configuration {

namespace {

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += (text.empty() ? "" : "; ") + line;
  return text;
}

}  // namespace

ConfigurationError::ConfigurationError(std::vector<std::string> lines)
    : std::runtime_error(joined(lines)), lines_(std::move(lines)) {}

void Faults::add(Place place, std::string text) { all_.push_back({place, std::move(text)}); }

std::string Faults::line(const Fault& fault) const {
  std::string text = file_ + ":";
  if (fault.place.line > 0) {
    text += std::to_string(fault.place.line) + ":" + std::to_string(fault.place.column) + ":";
  }
  return text + " " + fault.text;
}

void Faults::throwIfAny() const {
  if (all_.empty()) return;
  std::vector<Fault> sorted = all_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Fault& a, const Fault& b) {
    return std::tie(a.place.line, a.place.column) < std::tie(b.place.line, b.place.column);
  });
  std::vector<std::string> lines;
  for (const Fault& fault : sorted) lines.push_back(line(fault));
  throw ConfigurationError(std::move(lines));
}

}  // namespace orchestrator_exporter::configuration
