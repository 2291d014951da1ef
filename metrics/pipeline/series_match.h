#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "metrics/label_matcher.h"
#include "metrics/label_set.h"

namespace orchestrator_exporter::pipeline {

// Which series something is for: a regular expression of the name, which must match all of it, and
// matchers behind it if there are any, as in `node_network_.*{device=~"veth.*"}`; or a selector of
// PromQL, as in `{job="api"}`. Cheap to copy; thread-safe.
class SeriesMatch {
 public:
  // Throws std::invalid_argument with the reason.
  explicit SeriesMatch(std::string_view text);

  // The metric's name is the value of __name__.
  bool matches(const LabelSet& labels) const;

 private:
  std::vector<LabelMatcher> matchers_;
};

bool matchesAny(const std::vector<SeriesMatch>& all, const LabelSet& labels);

}  // namespace orchestrator_exporter::pipeline
