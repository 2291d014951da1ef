#pragma once

#include <string>
#include <utility>
#include <vector>

#include "exporter/kernel/kernel.h"

namespace orchestrator_exporter {

// A file of `KEY=value` lines.
struct Environment {
  // In order; a key that comes twice is there twice.
  std::vector<std::pair<std::string, std::string>> entries;
  // What was wrong with the lines that are none such.
  std::vector<ParseError> refusals;
};

// Reads a file such as os-release(5), with comments, an optional `export` and values in quotes:
// nothing is escaped between single quotes or without any; between double quotes the escapes are
// those of JSON and of the shell. A `#` outside quotes starts a comment.
Environment parseEnvironment(const KernelFile& file);

}  // namespace orchestrator_exporter
