#include "exporter/configuration/enabled_features.h"

#include <algorithm>
#include <stdexcept>

namespace orchestrator_exporter::configuration {

namespace {

const bool declared = [] {
  declareFlags({listFlag("enable-feature",
                         "What is off unless it is named, by Prometheus' names: "
                         "promql-experimental-functions, promql-duration-expr, "
                         "promql-delayed-name-removal, native-histograms; a comma between them.")});
  return true;
}();

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

EnabledFeatures::EnabledFeatures(const Flags& flags) {
  for (std::string_view rest : flags.list("enable-feature")) {
    while (!rest.empty()) {
      const std::string name(rest.substr(0, rest.find(',')));
      rest.remove_prefix(std::min(name.size() + 1, rest.size()));
      if (!name.empty()) (contains(known(), name) ? named_ : unknown_).push_back(name);
    }
  }
}

bool EnabledFeatures::has(std::string_view name) const {
  if (!contains(known(), name)) throw std::logic_error("no feature " + std::string(name));
  return contains(named_, name);
}

std::string EnabledFeatures::text() const {
  std::string text;
  for (const std::string& name : named_) text += (text.empty() ? "" : ",") + name;
  return text;
}

const std::vector<std::string>& EnabledFeatures::known() {
  static const std::vector<std::string> names = {
      "promql-experimental-functions", "promql-duration-expr", "promql-delayed-name-removal",
      "native-histograms"};
  return names;
}

}  // namespace orchestrator_exporter::configuration
