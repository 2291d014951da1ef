#pragma once

#include <yaml-cpp/yaml.h>

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/rules/definition.h"

namespace orchestrator_exporter::rules {

// Reads a YAML file and gathers everything that is wrong with it, as `file:line:column: text`.
class YamlReader {
 public:
  YamlReader(std::string file, std::vector<std::string>& faults)
      : file_(std::move(file)), faults_(faults) {}

  const std::string& file() const { return file_; }

  void fault(const YAML::Node& at, const std::string& text) { fault(at.Mark(), text); }
  void fault(const YAML::Mark& at, const std::string& text);

  // The whole document; nullopt if it is no YAML.
  std::optional<YAML::Node> load(const std::string& content);

  // Calls take(key, value) for each entry of a map whose key is among the known ones; null stands
  // for no map.
  using Take = std::function<void(const std::string& key, const YAML::Node& value)>;
  void entries(const YAML::Node& map, std::string_view what,
               std::initializer_list<std::string_view> known, const Take& take);
  // Calls take(element) for each of a list; null stands for an empty one.
  void elements(const YAML::Node& list, std::string_view what,
                const std::function<void(const YAML::Node&)>& take);

  // A scalar as text; empty, with a fault, if it is none.
  std::string text(const YAML::Node& node, std::string_view what);
  Milliseconds duration(const YAML::Node& node, std::string_view what);
  std::size_t count(const YAML::Node& node, std::string_view what);
  // A map of texts, by key.
  TextPairs texts(const YAML::Node& node, std::string_view what);

 private:
  std::string file_;
  std::vector<std::string>& faults_;
};

}  // namespace orchestrator_exporter::rules
