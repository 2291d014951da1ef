#include "exporter/configuration/shown.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <string_view>

#include "metrics/promql/syntax/duration.h"

namespace orchestrator_exporter::configuration {

namespace {

// A URL may hold a password: https://user:password@host.
std::string withoutPassword(const std::string& text) {
  const std::size_t scheme = text.find("://");
  if (scheme == std::string::npos) return text;
  const std::size_t host = text.substr(0, text.find_first_of("/?#", scheme + 3)).rfind('@');
  const std::size_t colon = text.find(':', scheme + 3);
  if (host == std::string::npos || colon >= host) return text;
  return text.substr(0, colon + 1) + kSecretShown + text.substr(host);
}

void showScalar(YAML::Emitter& out, const Key& key, const Value& value) {
  if (!value.has()) {
    out << YAML::Null;
  } else if (key.kind == Kind::kSecret) {
    out << kSecretShown;
  } else if (key.kind == Kind::kSwitch) {
    out << value.enabled();
  } else if (key.kind == Kind::kInteger || key.kind == Kind::kSize) {
    out << value.integer();
  } else if (key.kind == Kind::kNumber) {
    out << value.number();
  } else if (key.kind == Kind::kDuration) {
    out << promql::printDuration(value.duration().count());
  } else {
    out << withoutPassword(value.text());
  }
}

void show(YAML::Emitter& out, const Key& key, const Value& value);

void showMap(YAML::Emitter& out, const Key& key, const Value& value) {
  out << YAML::BeginMap;
  for (const Key& child : key.keys) {
    if (!value[child.name].given()) continue;
    out << YAML::Key << child.name << YAML::Value;
    show(out, child, value[child.name]);
  }
  out << YAML::EndMap;
}

void showNamed(YAML::Emitter& out, const Key& key, const Value& value) {
  out << YAML::BeginMap;
  for (std::size_t i = 0; i < value.elements().size(); ++i) {
    out << YAML::Key << value.names()[i] << YAML::Value;
    show(out, key.keys.front(), value.elements()[i]);
  }
  out << YAML::EndMap;
}

void showList(YAML::Emitter& out, const Key& key, const Value& value) {
  out << YAML::BeginSeq;
  for (const Value& element : value.elements()) show(out, key.keys.front(), element);
  out << YAML::EndSeq;
}

void show(YAML::Emitter& out, const Key& key, const Value& value) {
  switch (key.kind) {
    case Kind::kMap:
      return showMap(out, key, value);
    case Kind::kNamed:
      return showNamed(out, key, value);
    case Kind::kList:
      return showList(out, key, value);
    default:
      return showScalar(out, key, value);
  }
}

}  // namespace

std::string shownText(const Configuration& configuration, const std::vector<Key>& blocks) {
  const bool saysNothing = std::ranges::none_of(
      blocks, [&](const Key& block) { return configuration[block.name].given(); });
  if (saysNothing) return {};
  return shownText(configuration.root(), blocks);
}

std::string shownText(const Value& map, const std::vector<Key>& keys) {
  YAML::Emitter out;
  showMap(out, mapKey("", keys, ""), map);
  return std::string(out.c_str()) + "\n";
}

}  // namespace orchestrator_exporter::configuration
