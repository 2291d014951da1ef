#pragma once

#include <cstddef>
#include <string_view>

namespace orchestrator_exporter {

// Takes the next word off the text, of words that spaces, tabs and line ends separate; empty when
// there is none left.
std::string_view takeWord(std::string_view& text);

// The text without the white space of ASCII at its beginning and end.
std::string_view withoutOuterSpace(std::string_view text);

// Bytes of the character of Unicode's white space (White_Space, as in Go's unicode.IsSpace) that
// the UTF-8 text begins with; 0 if it begins with none.
std::size_t unicodeSpaceAt(std::string_view text);

// The text without Unicode's white space at its beginning and end.
std::string_view withoutOuterUnicodeSpace(std::string_view text);

}  // namespace orchestrator_exporter
