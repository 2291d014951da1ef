#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "metrics/promql/values/labels.h"

namespace orchestrator_exporter::promql {

// A choice among labels: those that are listed, or all but these and the metric's name.
class Grouping {
 public:
  Grouping(const std::vector<std::string>& names, bool listed);

  // Equal for label sets that agree in the chosen labels.
  std::string key(const Labels& labels) const;
  // The chosen labels.
  Labels chosen(const Labels& labels) const;

 private:
  bool chooses(std::string_view name) const;

  std::vector<std::string_view> names_;  // sorted
  bool listed_;
};

}  // namespace orchestrator_exporter::promql
