#pragma once

#include <string>
#include <string_view>

namespace orchestrator_exporter {

// What a strict reader of text 0.0.4 finds wrong with a body first, empty where nothing is: each
// family in one block with HELP and TYPE before its samples, legal names, labels escaped, sorted
// and no two alike, numbers, no series twice, valid UTF-8 without NUL, a line end at the end. It
// knows the values of single samples only: histograms and summaries it takes line by line.
std::string expositionFault(std::string_view body);

}  // namespace orchestrator_exporter
