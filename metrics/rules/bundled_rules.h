#pragma once

#include <span>
#include <string_view>

namespace orchestrator_exporter::rules {

// A rule file that the program brings.
struct BundledFile {
  std::string_view name;  // host.yml
  std::string_view content;
};

// The rules of dashboards/prometheus/rules, by name; the build makes the source.
std::span<const BundledFile> bundledRules();

}  // namespace orchestrator_exporter::rules
