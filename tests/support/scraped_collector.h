#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "exporter/host/collector.h"
#include "tests/support/collectors.h"

namespace orchestrator_exporter {

// One collector that is scraped again and again, as in the program.
class ScrapedCollector {
 public:
  // Throws what the collector's constructor throws.
  ScrapedCollector(std::string_view name, const Roots& roots, const Flags& flags);

  // Runs it. Throws what it throws; what it gave until then counts.
  void scrape();

  const std::string& body() const { return body_; }
  // The value of a series of the last scrape, written as in its text; nullopt if it is not
  // there.
  std::optional<double> value(const std::string& series) const;
  // The same, but throws std::runtime_error where it is not there.
  double at(const std::string& series) const;
  std::string complaint() const { return collector_->complaint(); }

 private:
  Kernel kernel_;
  std::unique_ptr<Collector> collector_;
  std::string body_;
  std::map<std::string, double> values_;
};

}  // namespace orchestrator_exporter
