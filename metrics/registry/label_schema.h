#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/base/text_buffer.h"

namespace orchestrator_exporter {

// The label names of one family, in the order in which its declaration gave them, and the way to
// turn values into the text that a series keeps: `{a="b",c="d"}`, sorted by name, escaped, with
// U+FFFD where a value is not UTF-8. Two lists of values that give the same text are one series.
class LabelSchema {
 public:
  // Throws std::invalid_argument for a name outside [a-zA-Z_][a-zA-Z0-9_]*, one that begins with
  // two underscores (Prometheus keeps those to itself), a name given twice and `reserved`, the
  // label that the exposition adds itself ("le", "quantile"; empty for none).
  LabelSchema(std::vector<std::string> names, std::string_view reserved);

  const std::vector<std::string>& names() const { return names_; }

  // Appends the text for these values, one for each name in the order of names(). Throws
  // std::invalid_argument where their number is another.
  void appendText(TextBuffer& out, std::span<const std::string_view> values) const;

 private:
  struct Part {
    std::string prefix;  // `{a="` or `",b="`
    std::size_t value;   // index into the values
  };

  std::vector<std::string> names_;
  std::vector<Part> parts_;
};

}  // namespace orchestrator_exporter
