#pragma once

#include <optional>
#include <string_view>

#include "metrics/exposition/exposition.h"

namespace orchestrator_exporter::http {

// The format and escaping that an Accept header asks for; the other options are left at their
// defaults. The heaviest range that names a format of ours wins, the first of equal ones; a range
// of weight 0 rules its format out. A missing version means 0.0.4 for text/plain and 0.0.1 for
// OpenMetrics, as in Prometheus' own libraries. Wildcards, no header and nothing that fits give
// text 0.0.4: a scraper is always served.
ExpositionOptions negotiate(std::optional<std::string_view> accept);

}  // namespace orchestrator_exporter::http
