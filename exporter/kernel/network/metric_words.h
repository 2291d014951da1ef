#pragma once

#include <string>
#include <string_view>

namespace orchestrator_exporter {

// Words of metric names made of what drivers and programs call things.

// The text with every run of characters outside [0-9A-Za-z_], together with the underscores that
// touch it, replaced by one underscore: `rx-bytes (total)` becomes `rx_bytes_total_`.
std::string metricWords(std::string_view text);

// The text with each `word` that stands between underscores, or at an end, replaced by another. Two
// in a row share an underscore, which bounds only the first of them.
std::string replaceWord(std::string_view text, std::string_view word, std::string_view by);

}  // namespace orchestrator_exporter
