#include <cstdio>
#include <exception>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "exporter/configuration/configuration.h"
#include "exporter/configuration/relabelling.h"

// Applies relabelling rules to series, for metrics/processors/relabel_differential.py: reads the
// rules of all cases from a YAML file, as a configuration file has them, and the labels of a series
// for each case from standard input, a JSON object a line. Prints what they are then, or null.
// usage: relabel_series FILE

namespace {

using namespace orchestrator_exporter;
using configuration::Key;

Key casesKey() {
  return configuration::listKey(
      "cases", configuration::mapKey("", {configuration::relabellingKey("rules", "")}, ""), "");
}

int run(const char* file) {
  const auto cases = configuration::Configuration::ofFile(file, {casesKey()});
  std::string line;
  for (const configuration::Value& each : cases["cases"].elements()) {
    if (!std::getline(std::cin, line)) return 1;
    std::vector<LabelSet::Pair> pairs;
    const auto given = nlohmann::json::parse(line);
    for (const auto& [name, value] : given.items()) {
      pairs.emplace_back(name, value.get<std::string>());
    }
    LabelSet labels(std::move(pairs));
    nlohmann::json result;
    // Nothing can keep an invalid one: the scrape of a Prometheus fails.
    if (relabel(configuration::relabelRules(each["rules"]), labels) && !isInvalid(labels)) {
      result = nlohmann::json::object();
      for (const auto& [name, value] : labels) result[name] = value;
    }
    std::printf("%s\n", result.dump().c_str());
  }
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  try {
    return count == 2 ? run(arguments[1]) : 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
