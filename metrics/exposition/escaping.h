#pragma once

#include <string>
#include <string_view>

#include "metrics/exposition/exposition.h"

namespace orchestrator_exporter {

// Spells a name that is outside the legal characters by Prometheus' escaping schemes; legal names
// stay, except that kDots and kValues rewrite underscores of names that need escaping. With
// kAllowUtf8 the name is returned as it is.
std::string escapeMetricName(std::string_view name, Escaping escaping);
std::string escapeLabelName(std::string_view name, Escaping escaping);

}  // namespace orchestrator_exporter
