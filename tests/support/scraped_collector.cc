#include "tests/support/scraped_collector.h"

#include <exception>
#include <sstream>
#include <stdexcept>

#include "tests/support/expositions.h"

namespace orchestrator_exporter {

ScrapedCollector::ScrapedCollector(std::string_view name, const Roots& roots, const Flags& flags)
    : kernel_(roots) {
  for (const CollectorDefinition& definition : collectorDefinitions()) {
    if (definition.name == name) collector_ = definition.make(flags, kernel_);
  }
  if (!collector_) throw std::logic_error("no such collector: " + std::string(name));
}

void ScrapedCollector::scrape() {
  std::exception_ptr failure;
  kernel_.reset();
  body_ = exposeText([&](Sink& out) {
    try {
      collector_->collect(kernel_, out);
    } catch (const std::exception&) {
      failure = std::current_exception();
    }
  });
  values_.clear();
  std::istringstream lines(body_);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t space = line.rfind(' ');
    if (!line.starts_with('#')) values_[line.substr(0, space)] = std::stod(line.substr(space));
  }
  if (failure) std::rethrow_exception(failure);
}

std::optional<double> ScrapedCollector::value(const std::string& series) const {
  const auto found = values_.find(series);
  return found == values_.end() ? std::nullopt : std::optional(found->second);
}

double ScrapedCollector::at(const std::string& series) const {
  if (const auto found = value(series)) return *found;
  throw std::runtime_error("no series " + series);
}

}  // namespace orchestrator_exporter
