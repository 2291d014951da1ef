#include "exporter/configuration/reader.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <stdexcept>
#include <utility>

#include "exporter/configuration/scalars.h"
#include "exporter/nearest_name.h"
#include "metrics/base/errors.h"

namespace orchestrator_exporter::configuration {

namespace {

// What else is in it may be a value that lost its colon, and secret.
std::string shownKey(const std::string& name) {
  constexpr std::string_view kOfKeys =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";
  const std::size_t end = name.find_first_not_of(kOfKeys);
  return end == std::string::npos ? name : name.substr(0, end) + "…";
}

// Blocks that the file will have. Whoever declares one takes it out of this list by doing so.
constexpr std::array<std::string_view, 1> kPlannedBlocks = {"sd"};

std::string below(const std::string& path, const std::string& key) {
  return path.empty() ? key : path + "." + key;
}

// "history.retention: " before a message, nothing for the document itself.
std::string told(const std::string& path) {
  return path.empty() ? "" : ParseError::printable(path) + ": ";
}

std::string described(const YAML::Node& node) {
  if (node.IsMap()) return "keys and values";
  return node.IsSequence() ? "a list" : "'" + ParseError::printable(node.Scalar()) + "'";
}

bool isPlain(const YAML::Node& node) { return node.Tag() == "?"; }

bool isTextual(Kind kind) {
  return kind == Kind::kText || kind == Kind::kSecret || kind == Kind::kPath ||
         kind == Kind::kChoice;
}

std::vector<std::string> namesOf(const std::vector<Key>& keys) {
  std::vector<std::string> names;
  for (const Key& key : keys) names.push_back(key.name);
  return names;
}

std::string listOf(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace

Place placeOf(const YAML::Mark& mark) {
  if (mark.line < 0) return {};
  return {static_cast<std::size_t>(mark.line) + 1, static_cast<std::size_t>(mark.column) + 1};
}

Value defaultOf(const Key& key) {
  const bool isTree = key.kind == Kind::kMap || key.kind == Kind::kNamed || key.kind == Kind::kList;
  if (!isTree && key.defaultValue.empty() && !isTextual(key.kind)) return {};
  if (!isTree) {
    const auto scalar = scalarOf(key, key.defaultValue);
    // No choice is a choice too.
    if (!scalar && !key.defaultValue.empty()) {
      throw std::logic_error(key.name + ": the default is no value of it");
    }
    return {scalar.value_or(std::string()), {}, false};
  }
  Value value;
  if (key.kind != Kind::kMap) return value;
  for (const Key& child : key.keys) value.add(child.name, defaultOf(child));
  return value;
}

Value Reader::read(const Key& key, const YAML::Node& node, const std::string& path) const {
  if (node.IsNull()) return defaultOf(key);
  switch (key.kind) {
    case Kind::kMap:
      return readMap(key, node, path);
    case Kind::kNamed:
      return readNamed(key, node, path);
    case Kind::kList:
      return readList(key, node, path);
    default:
      return readScalar(key, node, path);
  }
}

Value Reader::readMap(const Key& key, const YAML::Node& node, const std::string& path) const {
  const std::size_t before = faults_.size();
  std::vector<std::pair<std::string, Value>> found;
  for (const auto& [name, child] : entries(node, path)) {
    const auto known =
        std::find_if(key.keys.begin(), key.keys.end(),
                     [&, &name = name](const Key& any) { return any.name == name.Scalar(); });
    if (known == key.keys.end()) {
      refuseKey(name, key.keys, path);
      continue;
    }
    found.emplace_back(known->name, read(*known, child, below(path, known->name)));
  }
  Value value({}, placeOf(node.Mark()), true);
  for (const Key& child : key.keys) {
    const auto given = std::find_if(found.begin(), found.end(),
                                    [&](const auto& any) { return any.first == child.name; });
    if (child.required && (given == found.end() || !given->second.given()) && node.IsMap()) {
      faults_.add(placeOf(node.Mark()), told(path) + "needs the key '" + child.name + "'");
    }
    value.add(child.name, given == found.end() ? defaultOf(child) : std::move(given->second));
  }
  if (key.check && faults_.size() == before) key.check(value, faults_);
  return value;
}

Value Reader::readNamed(const Key& key, const YAML::Node& node, const std::string& path) const {
  const std::size_t before = faults_.size();
  Value value({}, placeOf(node.Mark()), true);
  for (const auto& [name, child] : entries(node, path)) {
    value.add(name.Scalar(), read(key.keys.front(), child, below(path, name.Scalar())));
  }
  if (key.check && faults_.size() == before) key.check(value, faults_);
  return value;
}

Value Reader::readList(const Key& key, const YAML::Node& node, const std::string& path) const {
  const std::size_t before = faults_.size();
  Value value({}, placeOf(node.Mark()), true);
  if (!node.IsSequence()) refuseKind(key, node, path);
  for (std::size_t i = 0; node.IsSequence() && i < node.size(); ++i) {
    value.add(read(key.keys.front(), node[i], path + "[" + std::to_string(i) + "]"));
  }
  if (key.check && faults_.size() == before) key.check(value, faults_);
  return value;
}

Value Reader::readScalar(const Key& key, const YAML::Node& node, const std::string& path) const {
  const bool mayBeQuoted =
      isTextual(key.kind) || key.kind == Kind::kDuration || key.kind == Kind::kSize;
  auto scalar = node.IsScalar() && (mayBeQuoted || isPlain(node)) ? scalarOf(key, node.Scalar())
                                                                  : std::nullopt;
  if (!scalar) {
    refuseKind(key, node, path);
    return defaultOf(key);
  }
  if (key.kind == Kind::kPath && !node.Scalar().empty()) {
    scalar = (std::filesystem::path(directory_) / node.Scalar()).string();
  }
  Value value(std::move(*scalar), placeOf(node.Mark()), true);
  if (key.check) key.check(value, faults_);
  return value;
}

std::vector<std::pair<YAML::Node, YAML::Node>> Reader::entries(const YAML::Node& map,
                                                               const std::string& path) const {
  std::vector<std::pair<YAML::Node, YAML::Node>> entries;
  if (!map.IsMap()) {
    faults_.add(placeOf(map.Mark()), told(path) + "expected keys and values, got " +
                                         (map.IsSequence() ? "a list" : "a text"));
    return entries;
  }
  std::set<std::string> seen;
  for (const auto& entry : map) {
    const Place place = placeOf(entry.first.Mark());
    if (!entry.first.IsScalar()) {
      faults_.add(place, told(path) + "expected a text as key");
    } else if (!seen.insert(entry.first.Scalar()).second) {
      faults_.add(place, "duplicate key '" + ParseError::printable(entry.first.Scalar()) + "'");
    } else {
      entries.emplace_back(entry.first, entry.second);
    }
  }
  return entries;
}

void Reader::refuseKey(const YAML::Node& written, const std::vector<Key>& known,
                       const std::string& path) const {
  const std::string& name = written.Scalar();
  const bool isPlanned = path.empty() && std::find(kPlannedBlocks.begin(), kPlannedBlocks.end(),
                                                   name) != kPlannedBlocks.end();
  if (isPlanned) {
    faults_.add(placeOf(written.Mark()), "'" + name + "' is not supported by this version");
    return;
  }
  const std::vector<std::string> names = namesOf(known);
  const std::string_view meant = nearestName(name, names);
  faults_.add(placeOf(written.Mark()),
              "unknown key '" + shownKey(name) + "', " +
                  (meant.empty() ? "known are " + listOf(names)
                                 : "did you mean '" + std::string(meant) + "'?"));
}

// A secret is not shown even if it is at fault, nor is a text where a list or map is expected,
// which may be one.
void Reader::refuseKind(const Key& key, const YAML::Node& node, const std::string& path) const {
  const bool showsNothing =
      node.IsScalar() && (key.kind == Kind::kSecret || key.kind == Kind::kList);
  faults_.add(placeOf(node.Mark()), told(path) + "expected " + expectation(key) + ", got " +
                                        (showsNothing ? "a text" : described(node)));
}

}  // namespace orchestrator_exporter::configuration
