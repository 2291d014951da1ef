#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "exporter/configuration/key.h"
#include "exporter/configuration/value.h"

namespace orchestrator_exporter::configuration {

// What a configuration file says, whole and checked.
class Configuration {
 public:
  // All keys of the blocks at their defaults.
  explicit Configuration(const std::vector<Key>& blocks);

  // Reads a file against the tables. Throws ConfigurationError with everything that is wrong.
  static Configuration ofFile(const std::string& path, const std::vector<Key>& blocks);

  // Throws std::logic_error for a block that nobody declares.
  const Value& operator[](std::string_view block) const { return root_[block]; }
  const Value& root() const { return root_; }

 private:
  explicit Configuration(Value root) : root_(std::move(root)) {}

  Value root_;
};

// The keys that take effect only at the next start and are not the same in both, as
// `history.retention.raw`.
std::vector<std::string> changedFixedKeys(const std::vector<Key>& blocks,
                                          const Configuration& before, const Configuration& after);

}  // namespace orchestrator_exporter::configuration
