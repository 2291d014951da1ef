#pragma once

#include <string_view>

namespace orchestrator_exporter {

// One label of a sample. Both views must stay valid for the call that they are handed to.
//
// A name is any non-empty UTF-8 text (writers escape what their format cannot spell); a value is
// any sequence of bytes: writers replace what is not UTF-8 by U+FFFD. An empty value is written,
// and means the same to Prometheus as a label that is not there.
struct Label {
  std::string_view name;
  std::string_view value;
};

}  // namespace orchestrator_exporter
