#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "metrics/base/text_buffer.h"

namespace orchestrator_exporter {

// True if the text is UTF-8 as RFC 3629 has it (no overlong forms, no surrogates) and has no
// NUL, which Prometheus' parser takes for the end of the body.
bool isUtf8(std::string_view text);

// Length of the UTF-8 sequence at the start of the text; 0 where there is none.
std::size_t utf8SequenceLength(std::string_view text);

// The longest beginning of UTF-8 text that has at most so many bytes and no part of a character.
std::string_view utf8Prefix(std::string_view text, std::size_t bytes);

// Number of characters (code points) of UTF-8 text.
std::size_t utf8Length(std::string_view text);

// The text with each run of bytes that are not UTF-8 in that sense replaced by one U+FFFD.
std::string toUtf8(std::string_view text);

// Appends a character by its number, which is below 0x110000.
void appendUtf8(std::string& out, char32_t character);

// Appends the text made valid as by toUtf8, with backslash and newline escaped, and the double
// quote too where `quotes` is set: the rules for label values (with) and HELP (without).
void appendEscaped(TextBuffer& out, std::string_view text, bool quotes);

}  // namespace orchestrator_exporter
