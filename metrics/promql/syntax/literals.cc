#include "metrics/promql/syntax/literals.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <optional>
#include <stdexcept>

#include "metrics/base/number_format.h"
#include "metrics/base/utf8.h"

namespace orchestrator_exporter::promql {

namespace {

constexpr char32_t kReplacement = 0xFFFD;

void appendHex(std::string& out, char32_t value, int digits) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (int i = digits - 1; i >= 0; --i) out += kDigits[(value >> (4 * i)) & 0xF];
}

bool isPrintable(char32_t value) {
  if (value < 0x20 || (value >= 0x7F && value <= 0xA0) || value == 0xAD) return false;
  if (value >= 0x2000 && value <= 0x200F) return false;
  if (value >= 0x2028 && value <= 0x202F) return false;
  return value != 0xFEFF && value != 0x3000 && (value < 0xE000 || value > 0xF8FF);
}

// The letter of the escape of a control character; 0 if it has none.
char controlLetter(char32_t value) {
  constexpr std::string_view kLetters = "abtnvfr";
  return value >= 7 && value <= 13 ? kLetters[value - 7] : '\0';
}

void appendEscapedCharacter(std::string& out, char32_t value, char quotes) {
  if (value == static_cast<char32_t>(quotes) || value == '\\') {
    out += '\\';
    out += static_cast<char>(value);
  } else if (isPrintable(value)) {
    appendUtf8(out, value);
  } else if (const char letter = controlLetter(value); letter != '\0') {
    out += '\\';
    out += letter;
  } else if (value < 0x80) {
    out += "\\x";
    appendHex(out, value, 2);
  } else if (value < 0x10000) {
    out += "\\u";
    appendHex(out, value, 4);
  } else {
    out += "\\U";
    appendHex(out, value, 8);
  }
}

std::uint32_t digits(std::string_view text, int base) {
  std::uint32_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value, base);
  return value;
}

[[noreturn]] void failNumber(std::string_view text, std::string_view reason) {
  throw std::invalid_argument("error parsing number: strconv.ParseFloat: parsing " + quote(text) +
                              ": " + std::string(reason));
}

// Whether each underscore stands between digits, or behind the prefix of the base.
bool areUnderscoresLegal(std::string_view text) {
  const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  const auto isDigit = [hexadecimal](char c) {
    return (c >= '0' && c <= '9') ||
           (hexadecimal && ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')));
  };
  for (std::size_t at = text.find('_'); at != std::string_view::npos; at = text.find('_', at + 1)) {
    const bool behindPrefix = hexadecimal && at == 2;
    if (at == 0 || at + 1 == text.size() || !isDigit(text[at + 1]) ||
        (!behindPrefix && !isDigit(text[at - 1]))) {
      return false;
    }
  }
  return true;
}

// A whole number with its base as a prefix: 0x1F, 0o17, 0b1, 017, or decimal.
std::optional<std::int64_t> parseWhole(std::string_view text) {
  int base = 10;
  if (text.size() > 1 && text[0] == '0') {
    const char prefix = text[1];
    base = prefix == 'x' || prefix == 'X' ? 16 : 8;
    text.remove_prefix(base == 16 ? 2 : 1);
  }
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::string quote(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const Character character = firstCharacter(text);
    if (character.value == kReplacement && character.length == 1) {
      out += "\\x";
      appendHex(out, static_cast<unsigned char>(text.front()), 2);
    } else {
      appendEscapedCharacter(out, character.value, '"');
    }
    text.remove_prefix(character.length);
  }
  return out + '"';
}

std::string quoteCharacter(char32_t character) {
  std::string out = "'";
  appendEscapedCharacter(out, character, '\'');
  return out + '\'';
}

std::string_view firstCharacters(std::string_view text, std::size_t count) {
  std::size_t size = 0;
  for (; count > 0 && size < text.size(); --count) {
    size += firstCharacter(text.substr(size)).length;
  }
  return text.substr(0, size);
}

Character firstCharacter(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  if (first < 0x80) return {first, 1};
  const std::size_t length = utf8SequenceLength(text);
  if (length < 2) return {kReplacement, 1};
  char32_t value = first & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    value = (value << 6) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  return {value, length};
}

std::string unquote(std::string_view literal) {
  const char quotes = literal.front();
  std::string_view text = literal.substr(1, literal.size() - 2);
  if (quotes == '`') {
    std::string out(text);
    std::erase(out, '\r');
    return out;
  }
  std::string out;
  while (!text.empty()) {
    const std::size_t escape = text.find('\\');
    out += text.substr(0, escape);
    if (escape == std::string_view::npos) break;
    const char kind = text[escape + 1];
    text.remove_prefix(escape + 2);
    switch (kind) {
      case 'x':
        out += static_cast<char>(digits(text.substr(0, 2), 16));
        text.remove_prefix(2);
        break;
      case 'u':
      case 'U': {
        const std::size_t length = kind == 'u' ? 4 : 8;
        appendUtf8(out, digits(text.substr(0, length), 16));
        text.remove_prefix(length);
        break;
      }
      default: {
        constexpr std::string_view kLetters = "abtnvfr";
        if (const std::size_t at = kLetters.find(kind); at != std::string_view::npos) {
          out += static_cast<char>(7 + at);
        } else if (kind >= '0' && kind <= '7') {
          out += static_cast<char>(digits(std::string{kind} + std::string(text.substr(0, 2)), 8));
          text.remove_prefix(2);
        } else {
          out += kind;
        }
      }
    }
  }
  return out;
}

double parseNumberLiteral(std::string_view text) {
  if (!areUnderscoresLegal(text)) failNumber(text, "invalid syntax");
  std::string plain(text);
  std::erase(plain, '_');
  if (const auto whole = parseWhole(plain)) return static_cast<double>(*whole);
  std::transform(plain.begin(), plain.end(), plain.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  if (plain == "inf") return std::numeric_limits<double>::infinity();
  if (plain == "nan") return std::numeric_limits<double>::quiet_NaN();
  double value = 0;
  const char* const end = plain.data() + plain.size();
  const auto [stop, error] = std::from_chars(plain.data(), end, value);
  if (stop != end || error == std::errc::invalid_argument) failNumber(text, "invalid syntax");
  if (error == std::errc::result_out_of_range) {
    // Too small is 0, or so near to it that the difference is none.
    if (const std::size_t exponent = plain.find('e');
        exponent != std::string::npos && plain[exponent + 1] == '-') {
      return std::strtod(plain.c_str(), nullptr);
    }
    failNumber(text, "value out of range");
  }
  return value;
}

std::string withSixDecimals(double value) {
  if (!std::isfinite(value)) return fixedNotation(value);
  std::array<char, 400> buffer{};
  const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                     std::chars_format::fixed, 6);
  return {buffer.data(), written.ptr};
}

std::string fixedNotation(double value) {
  TextBuffer text;
  appendFixed(text, value);
  return std::string(text.view());
}

}  // namespace orchestrator_exporter::promql
