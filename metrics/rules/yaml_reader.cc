#include "metrics/rules/yaml_reader.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <stdexcept>

#include "metrics/base/errors.h"
#include "metrics/base/number_parse.h"
#include "metrics/promql/syntax/duration.h"

namespace orchestrator_exporter::rules {

void YamlReader::fault(const YAML::Mark& at, const std::string& text) {
  faults_.push_back(file_ + ":" + std::to_string(at.line + 1) + ":" +
                    std::to_string(at.column + 1) + ": " + text);
}

std::optional<YAML::Node> YamlReader::load(const std::string& content) {
  try {
    return YAML::Load(content);
  } catch (const YAML::Exception& error) {
    fault(error.mark, error.msg);
    return std::nullopt;
  }
}

void YamlReader::entries(const YAML::Node& map, std::string_view what,
                         std::initializer_list<std::string_view> known, const Take& take) {
  if (!map || map.IsNull()) return;
  if (!map.IsMap()) return fault(map, std::string(what) + ": expected keys and values");
  std::set<std::string> seen;
  for (const auto& entry : map) {
    const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : std::string();
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      std::string all;
      for (const std::string_view name : known) all.append(all.empty() ? "" : ", ").append(name);
      fault(entry.first, std::string(what) + ": unknown key '" + ParseError::printable(key) +
                             "', expected one of " + all);
    } else if (!seen.insert(key).second) {
      fault(entry.first, std::string(what) + ": the key '" + key + "' is there twice");
    } else {
      take(key, entry.second);
    }
  }
}

void YamlReader::elements(const YAML::Node& list, std::string_view what,
                          const std::function<void(const YAML::Node&)>& take) {
  if (!list || list.IsNull()) return;
  if (!list.IsSequence()) return fault(list, std::string(what) + ": expected a list");
  for (const YAML::Node& element : list) take(element);
}

std::string YamlReader::text(const YAML::Node& node, std::string_view what) {
  if (node.IsNull()) return {};
  if (node.IsScalar()) return node.Scalar();
  fault(node, std::string(what) + ": expected a text");
  return {};
}

Milliseconds YamlReader::duration(const YAML::Node& node, std::string_view what) {
  const std::string word = text(node, what);
  if (word.empty()) return Milliseconds(0);
  try {
    return Milliseconds(promql::parseDuration(word));
  } catch (const std::invalid_argument& error) {
    fault(node, std::string(what) + ": " + error.what());
    return Milliseconds(0);
  }
}

std::size_t YamlReader::count(const YAML::Node& node, std::string_view what) {
  const std::string word = text(node, what);
  // What is no whole number is cut, as Prometheus' YAML does.
  constexpr double kMost = 1e15;
  const auto number = parseNumber(word);
  if (number && std::fabs(*number) < kMost) return static_cast<std::size_t>(std::fmax(*number, 0));
  if (!word.empty()) fault(node, std::string(what) + ": expected a number");
  return 0;
}

TextPairs YamlReader::texts(const YAML::Node& node, std::string_view what) {
  TextPairs pairs;
  if (!node || node.IsNull()) return pairs;
  if (!node.IsMap()) {
    fault(node, std::string(what) + ": expected names and texts");
    return pairs;
  }
  for (const auto& entry : node) {
    std::string name = text(entry.first, what);
    const bool isTwice = std::any_of(pairs.begin(), pairs.end(),
                                     [&](const auto& known) { return known.first == name; });
    if (isTwice) fault(entry.first, std::string(what) + ": '" + name + "' is there twice");
    pairs.emplace_back(std::move(name), text(entry.second, what));
  }
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

}  // namespace orchestrator_exporter::rules
