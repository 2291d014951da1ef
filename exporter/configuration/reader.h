#pragma once

#include <yaml-cpp/yaml.h>

#include <string>
#include <vector>

#include "exporter/configuration/key.h"
#include "exporter/configuration/value.h"

namespace orchestrator_exporter::configuration {

// Reads what a file says for the keys of a table, all of it, and tells every fault. A value that is
// at fault is read as if it were not given; null is as if nothing were given.
class Reader {
 public:
  // Relative paths are below `directory`, unless that is empty.
  Reader(std::string directory, Faults& faults)
      : directory_(std::move(directory)), faults_(faults) {}

  // The value of a key whose node this is; `path` leads to it, as in history.retention.
  Value read(const Key& key, const YAML::Node& node, const std::string& path) const;

 private:
  Value readMap(const Key& key, const YAML::Node& node, const std::string& path) const;
  Value readNamed(const Key& key, const YAML::Node& node, const std::string& path) const;
  Value readList(const Key& key, const YAML::Node& node, const std::string& path) const;
  Value readScalar(const Key& key, const YAML::Node& node, const std::string& path) const;
  // The entries of a map with texts as keys, each key once.
  std::vector<std::pair<YAML::Node, YAML::Node>> entries(const YAML::Node& map,
                                                         const std::string& path) const;
  void refuseKey(const YAML::Node& written, const std::vector<Key>& known,
                 const std::string& path) const;
  void refuseKind(const Key& key, const YAML::Node& node, const std::string& path) const;

  std::string directory_;
  Faults& faults_;
};

// What a key has if the file says nothing for it.
Value defaultOf(const Key& key);

// Where a node stands.
Place placeOf(const YAML::Mark& mark);

}  // namespace orchestrator_exporter::configuration
