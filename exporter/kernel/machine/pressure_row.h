#pragma once

#include <cstdint>

#include "exporter/kernel/row.h"

namespace orchestrator_exporter {

// Microseconds lost to waiting since the start, of a row of pressure stall information as in
// proc/pressure and cgroups (Documentation/accounting/psi.rst):
// `some avg10=0.00 avg60=0.00 avg300=0.00 total=36900`. The averages do not matter. Throws
// ParseError if it has no total.
std::uint64_t pressureTotal(const Row& row);

}  // namespace orchestrator_exporter
