#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "metrics/exposition/exposition.h"

namespace orchestrator_exporter {

// The names of the series in a body of this format, as a Prometheus stores them, and how many
// series each has.
std::map<std::string, std::size_t> seriesNames(Format format, std::string_view body);

}  // namespace orchestrator_exporter
