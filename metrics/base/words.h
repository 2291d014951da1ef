#pragma once

#include <string_view>

namespace orchestrator_exporter {

// Takes the next word off the text, of words that spaces, tabs and line ends separate; empty when
// there is none left.
std::string_view takeWord(std::string_view& text);

// The text without the white space of ASCII at its beginning and end.
std::string_view withoutOuterSpace(std::string_view text);

}  // namespace orchestrator_exporter
