#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/label.h"

namespace orchestrator_exporter::history {

// Labels as the JSON object that the store keeps: {"__name__":"up","job":"node"}.
std::string toJson(std::span<const Label> labels);

// What toJson() gave, read again.
class JsonLabels {
 public:
  // Throws std::runtime_error for anything else.
  explicit JsonLabels(std::string_view json);
  JsonLabels(const JsonLabels&) = delete;
  JsonLabels& operator=(const JsonLabels&) = delete;
  std::span<const Label> view() const { return labels_; }

 private:
  std::string text_;  // of all names and values
  std::vector<Label> labels_;
};

}  // namespace orchestrator_exporter::history
