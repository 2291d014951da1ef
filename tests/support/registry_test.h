#pragma once

#include <gtest/gtest.h>

#include <string>

#include "metrics/registry/metrics_registry.h"
#include "tests/support/expositions.h"

namespace orchestrator_exporter {

// A registry, and what its text shows.
class RegistryTest : public testing::Test {
 protected:
  std::string text() {
    return exposeText([this](Sink& out) { registry.collect(out); });
  }
  // The line of the text that begins with this, without it.
  std::string value(const std::string& series) {
    const std::string all = "\n" + text();
    const std::size_t at = all.find("\n" + series + " ");
    if (at == std::string::npos) return "none";
    const std::size_t begin = at + series.size() + 2;
    return all.substr(begin, all.find('\n', begin) - begin);
  }
  std::string rejected(const std::string& reason) {
    return value("metrics_collector_rejected_updates_total{reason=\"" + reason + "\"}");
  }

  MetricsRegistry registry;
};

}  // namespace orchestrator_exporter
