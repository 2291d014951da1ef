#include "exporter/configuration/configuration.h"

#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <stdexcept>

#include "exporter/configuration/reader.h"
#include "http/security/strict_yaml.h"
#include "http/server/watched_file.h"
#include "metrics/base/errors.h"

namespace orchestrator_exporter::configuration {

namespace {

Key rootOf(const std::vector<Key>& blocks) { return mapKey("", blocks, ""); }

std::string contentOf(const std::string& path, Faults& faults) {
  try {
    return http::readConfiguration(path);
  } catch (const std::runtime_error& error) {
    faults.add({}, std::string("cannot be read: ") + error.what());
  }
  faults.throwIfAny();
  return {};
}

YAML::Node documentOf(const std::string& content, Faults& faults) {
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(content);
    if (documents.empty()) return {};
    if (documents.size() > 1) {
      faults.add(placeOf(documents[1].Mark()), "expected one document, got a second one");
    }
    return documents.front();
  } catch (const YAML::Exception& error) {
    faults.add(placeOf(error.mark), error.msg);
    return {};
  }
}

void compare(const Key& key, const Value& before, const Value& after, const std::string& path,
             std::vector<std::string>& changed) {
  if (key.fixed) {
    if (!(before == after)) changed.push_back(path);
    return;
  }
  if (key.kind != Kind::kMap) return;
  for (const Key& child : key.keys) {
    compare(child, before[child.name], after[child.name],
            path.empty() ? child.name : path + "." + child.name, changed);
  }
}

}  // namespace

Configuration::Configuration(const std::vector<Key>& blocks) : root_(defaultOf(rootOf(blocks))) {}

Configuration Configuration::ofFile(const std::string& path, const std::vector<Key>& blocks) {
  Faults faults(path);
  const std::string content = contentOf(path, faults);
  try {
    http::checkUtf8(path, content);
  } catch (const ParseError& error) {
    throw ConfigurationError({error.what()});
  }
  const YAML::Node document = documentOf(content, faults);
  const Reader reader(std::filesystem::path(path).parent_path().string(), faults);
  Value root = reader.read(rootOf(blocks), document, "");
  faults.throwIfAny();
  return Configuration(std::move(root));
}

std::vector<std::string> changedFixedKeys(const std::vector<Key>& blocks,
                                          const Configuration& before, const Configuration& after) {
  std::vector<std::string> changed;
  compare(rootOf(blocks), before.root(), after.root(), "", changed);
  return changed;
}

}  // namespace orchestrator_exporter::configuration
