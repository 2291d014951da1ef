#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace orchestrator_exporter::promql {

// The text in double quotes, with escapes for quotes, backslashes and what cannot be printed.
std::string quote(std::string_view text);

// One character in single quotes, likewise.
std::string quoteCharacter(char32_t character);

// The first so many characters of UTF-8 text.
std::string_view firstCharacters(std::string_view text, std::size_t count);

// The character at the start of the text and its length in bytes; U+FFFD of length 1 if the text
// does not begin with one. The text must not be empty.
struct Character {
  char32_t value = 0;
  std::size_t length = 0;
};
Character firstCharacter(std::string_view text);

// What a string literal stands for: `literal` has its quotes, and only escapes that the lexer let
// pass.
std::string unquote(std::string_view literal);

// Reads a number as the lexer found it: decimal, hexadecimal or octal, with underscores between
// digits, inf or nan. Throws std::invalid_argument with the reason.
double parseNumberLiteral(std::string_view text);

// The shortest text that reads back as the value, never with an exponent: "1000000", "0.0000001".
std::string fixedNotation(double value);

// As %f prints it.
std::string withSixDecimals(double value);

}  // namespace orchestrator_exporter::promql
