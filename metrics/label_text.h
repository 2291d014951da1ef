#pragma once

#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/label.h"

namespace orchestrator_exporter {

// The labels of a text as FamilySink::preparedSample takes it, `{a="b",c="d"}` or empty, unescaped.
// The text must outlive it.
class ParsedLabels {
 public:
  explicit ParsedLabels(std::string_view labelText);
  std::span<const Label> view() const { return labels_; }

 private:
  std::string_view unescape(std::string_view escaped);

  std::vector<Label> labels_;
  std::deque<std::string> unescaped_;
};

}  // namespace orchestrator_exporter
