#pragma once

#include <span>
#include <string>
#include <string_view>

#include "metrics/exposition/exposition.h"
#include "metrics/label_set.h"
#include "metrics/sample.h"

namespace orchestrator_exporter {

// Spells a name that is outside the legal characters by Prometheus' escaping schemes; legal names
// stay, except that kDots and kValues rewrite underscores of names that need escaping. With
// kAllowUtf8 the name is returned as it is.
std::string escapeMetricName(std::string_view name, Escaping escaping);
std::string escapeLabelName(std::string_view name, Escaping escaping);

// In quotation marks as the text formats have them: backslashes, quotation marks and line ends are
// escaped.
void appendQuoted(std::string_view text, std::string& out);

// A series as the text formats spell it: name{label="value"}, or {"a name",label="value"} if the
// name is not legal of old. The name is the label __name__; the others stay in their order.
std::string seriesText(std::span<const Label> labels);
std::string seriesText(const LabelSet& labels);

}  // namespace orchestrator_exporter
