#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace orchestrator_exporter {

// Comma-separated values as RFC 4180 has them.

// A text that a spreadsheet would take for a formula (it begins with = + - @) gets an apostrophe
// before it; numbers are left as they are.
void appendCsvField(std::string& out, std::string_view text, bool isNumber);

// The fields of one line, quotes taken off. A quote that does not end takes the rest.
std::vector<std::string> splitCsv(std::string_view line);

}  // namespace orchestrator_exporter
