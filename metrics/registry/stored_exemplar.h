#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "metrics/label.h"
#include "metrics/sample.h"

namespace orchestrator_exporter {

// The latest example of what a cell has counted, with texts of its own. Not thread-safe.
class StoredExemplar {
 public:
  // `timestamp` in Unix seconds.
  void keep(std::span<const Label> labels, double value, double timestamp) {
    labels_.clear();
    for (const Label& label : labels) labels_.emplace_back(label.name, label.value);
    value_ = value;
    timestamp_ = timestamp;
  }
  bool isKept() const { return !labels_.empty(); }
  // With its labels in `labels`, which must outlive it as this must.
  Exemplar view(std::vector<Label>& labels) const {
    labels.clear();
    for (const auto& [name, value] : labels_) labels.push_back({name, value});
    return {labels, value_, timestamp_};
  }

 private:
  std::vector<std::pair<std::string, std::string>> labels_;
  double value_ = 0;
  double timestamp_ = 0;
};

}  // namespace orchestrator_exporter
