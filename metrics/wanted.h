#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace orchestrator_exporter {

// Which parts of a reading are wanted. Parts are what a source that consists of several calls by
// name, such as the collectors of a host.
struct Wanted {
  std::vector<std::string> only = {};    // empty: all parts
  std::vector<std::string> except = {};  // unknown names are ignored
  // How long to wait for parts that may block; the source's own default if not set.
  std::optional<std::chrono::duration<double>> budget = {};

  bool everything() const { return only.empty() && except.empty(); }
};

}  // namespace orchestrator_exporter
