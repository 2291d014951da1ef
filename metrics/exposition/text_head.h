#pragma once

#include <string_view>

#include "metrics/base/text_buffer.h"
#include "metrics/exposition/exposition.h"

namespace orchestrator_exporter {

// What the text formats differ in.
struct TextDialect {
  explicit TextDialect(const ExpositionOptions& options);

  bool openMetrics;   // types, units, exemplars, EOF of OpenMetrics
  bool created;       // write _created lines
  Escaping escaping;  // kAllowUtf8 quotes names that need it
};

// The word for a type; kUntyped is "unknown" in OpenMetrics.
std::string_view typeWord(MetricType type, bool openMetrics);

// Appends the lines about a family that come before its samples: HELP and TYPE, in OpenMetrics also
// UNIT if `unit` is not empty, the name ends in it and the type may have one. `name` is as the body
// spells it.
void appendHead(TextBuffer& out, const TextDialect& dialect, std::string_view name, MetricType type,
                std::string_view unit, std::string_view help);

}  // namespace orchestrator_exporter
