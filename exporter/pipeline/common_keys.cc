#include "exporter/pipeline/common_keys.h"

#include <set>
#include <stdexcept>
#include <string>

namespace orchestrator_exporter::pipeline {

namespace {

using configuration::Faults;
using configuration::Key;
using configuration::Value;

void checkMatch(const Value& text, Faults& faults) {
  try {
    SeriesMatch(text.text());
  } catch (const std::invalid_argument& error) {
    faults.add(text.place(), error.what());
  }
}

}  // namespace

Key matchKey() {
  return configuration::required(configuration::listKey(
      "match", configuration::checked(configuration::textKey("", "", ""), checkMatch),
      "Series it is for, of which one must fit: a regular expression of the "
      "name, with matchers behind it if wanted, or a selector of PromQL."));
}

std::vector<SeriesMatch> matchesOf(const Value& list) {
  std::vector<SeriesMatch> all;
  for (const std::string& text : list.texts()) all.emplace_back(text);
  return all;
}

std::optional<double> numberOf(const Value& value) {
  return value.has() ? std::optional(value.number()) : std::nullopt;
}

void checkUnique(const Value& list, Faults& faults) {
  std::set<std::string> names;
  for (const Value& entry : list.elements()) {
    const std::string& name = entry["name"].text();
    if (names.insert(name).second) continue;
    faults.add(entry["name"].place(), "the name '" + name + "' is there twice");
  }
}

}  // namespace orchestrator_exporter::pipeline
