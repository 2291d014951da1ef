#pragma once

#include "metrics/text_template/value.h"

namespace orchestrator_exporter::rules {

// A number that a template hands to a function that takes texts too: as Go's strconv.ParseFloat
// reads them, but for hexadecimal ones. A duration counts in seconds. Throws
// text_template::CallError.
double numberOf(const text_template::Value& value);

}  // namespace orchestrator_exporter::rules
