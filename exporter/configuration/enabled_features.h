#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "exporter/host/flags.h"

namespace orchestrator_exporter::configuration {

// The parts of queries and history that are off unless --enable-feature names them, by Prometheus'
// names; the flag is repeatable and takes several, a comma between them.
class EnabledFeatures {
 public:
  explicit EnabledFeatures(const Flags& flags);

  // `name` is one of known(), else std::logic_error.
  bool has(std::string_view name) const;
  // What was named and is none of them, for a warning.
  const std::vector<std::string>& unknown() const { return unknown_; }
  // What was named, as Prometheus' API tells it: a comma between them.
  std::string text() const;

  static const std::vector<std::string>& known();

 private:
  std::vector<std::string> named_;
  std::vector<std::string> unknown_;
};

}  // namespace orchestrator_exporter::configuration
