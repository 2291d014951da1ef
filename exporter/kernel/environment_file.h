#pragma once

#include <string>
#include <utility>
#include <vector>

#include "exporter/kernel/kernel.h"

namespace orchestrator_exporter {

// Reads a file of `KEY=value` lines such as os-release(5), with comments, an optional `export` and
// values in quotes: nothing is escaped between single quotes or without any; between double quotes
// the escapes are those of JSON. A `#` outside quotes starts a comment. A key that comes twice is
// there twice, in order. Throws ParseError for a line that is none of this.
std::vector<std::pair<std::string, std::string>> parseEnvironment(const KernelFile& file);

}  // namespace orchestrator_exporter
