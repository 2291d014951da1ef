#pragma once

#include <string>
#include <vector>

#include "metrics/label_set.h"
#include "metrics/rules/definition.h"

// What tests expect and get, as promtool prints it.
namespace orchestrator_exporter::rules {

struct ShownAlert {
  LabelSet labels = {};
  TextPairs annotations = {};  // by name
  auto operator<=>(const ShownAlert&) const = default;
};

struct ShownSample {
  LabelSet labels = {};
  double value = 0;
  bool operator<(const ShownSample& other) const { return labels < other.labels; }
};

// [] or a list over several lines.
std::string shown(const std::vector<ShownAlert>& alerts);
// nil, or {__name__="x", i="a"} 5E+00 and so on, on one line.
std::string shown(const std::vector<ShownSample>& samples);

// As Go writes it: 1h2m3.5s, 0s.
std::string goDuration(Milliseconds duration);

}  // namespace orchestrator_exporter::rules
