#include "exporter/processes/naming/template_format.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include "metrics/base/utf8.h"

namespace orchestrator_exporter {

namespace {

// Nobody needs a wider name, and a typing error should not cost memory.
constexpr std::size_t kWidest = 4096;

// As a Go string literal: what is not printable, and what is no UTF-8, is escaped.
std::string quoted(std::string_view text) {
  constexpr std::string_view kEscaped = "\"\\\a\b\f\n\r\t\v";
  constexpr std::string_view kLetters = "\"\\abfnrtv";
  constexpr char kDigits[] = "0123456789abcdef";
  std::string result = "\"";
  while (!text.empty()) {
    const std::size_t length = utf8SequenceLength(text);
    const auto byte = static_cast<unsigned char>(text[0]);
    const std::size_t escape = kEscaped.find(text[0]);
    if (escape != std::string_view::npos) {
      result.append(1, '\\').append(1, kLetters[escape]);
    } else if (length == 0 || byte < 0x20 || byte == 0x7f) {
      result.append("\\x").append(1, kDigits[byte >> 4]).append(1, kDigits[byte & 15]);
    } else {
      result += text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return result + "\"";
}

// How many bytes the first `most` characters take; a byte that is no UTF-8 counts as one.
std::size_t bytesOfCharacters(std::string_view text, std::size_t most) {
  std::size_t bytes = 0;
  for (; most > 0 && bytes < text.size(); --most) {
    bytes += std::max<std::size_t>(utf8SequenceLength(text.substr(bytes)), 1);
  }
  return bytes;
}

std::size_t characterCount(std::string_view text) {
  std::size_t count = 0;
  for (; !text.empty(); ++count) text.remove_prefix(bytesOfCharacters(text, 1));
  return count;
}

std::string typeName(const TemplateValue& value) {
  constexpr std::string_view kNames[] = {
      "<nil>", "bool", "int", "string", "[]string", "map[string]string", "time.Time"};
  return std::string(kNames[value.index()]);
}

// One verb with what stands between the percent sign and its letter; no letter where the format
// ends before it.
struct Verb {
  bool left = false;
  bool zeros = false;
  bool sign = false;
  std::size_t width = 0;
  std::optional<std::size_t> precision = {};
  char letter = '\0';
};

std::size_t takeNumber(std::string_view& format) {
  std::size_t value = 0;
  for (; !format.empty() && std::isdigit(static_cast<unsigned char>(format[0]));
       format.remove_prefix(1)) {
    value = std::min(kWidest, value * 10 + static_cast<std::size_t>(format[0] - '0'));
  }
  return value;
}

// Reads what follows a percent sign; the format then begins behind the letter.
Verb takeVerb(std::string_view& format) {
  Verb verb;
  for (; !format.empty() && std::string_view("-0+ #").find(format[0]) != std::string_view::npos;
       format.remove_prefix(1)) {
    verb.left |= format[0] == '-';
    verb.zeros |= format[0] == '0';
    verb.sign |= format[0] == '+';
  }
  verb.width = takeNumber(format);
  if (format.starts_with('.')) {
    format.remove_prefix(1);
    verb.precision = takeNumber(format);
  }
  if (format.empty()) return verb;
  verb.letter = format[0];
  format.remove_prefix(1);
  return verb;
}

// The value as the verb's letter wants it, without regard to the width.
std::string spelled(char letter, const TemplateValue& value) {
  const bool isNumber = std::holds_alternative<std::int64_t>(value);
  const bool isTruth = std::holds_alternative<bool>(value);
  if (letter == 'q') return quoted(printed(value));
  const bool fits = letter == 'v' || (letter == 's' && !isNumber && !isTruth) ||
                    (letter == 'd' && isNumber) || (letter == 't' && isTruth);
  if (fits) return printed(value);
  return "%!" + std::string(1, letter) + "(" + typeName(value) + "=" + printed(value) + ")";
}

std::string formatOne(const Verb& verb, const TemplateValue& value) {
  const bool isNumber = std::holds_alternative<std::int64_t>(value);
  std::string text = spelled(verb.letter, value);
  if (verb.sign && isNumber && text[0] != '-') text.insert(0, "+");
  if (verb.precision && !isNumber) text.resize(bytesOfCharacters(text, *verb.precision));
  const std::size_t size = characterCount(text);
  if (size >= verb.width) return text;
  const std::size_t missing = verb.width - size;
  if (verb.left) return text + std::string(missing, ' ');
  const bool behindSign = verb.zeros && isNumber && (text[0] == '-' || text[0] == '+');
  return text.insert(behindSign ? 1 : 0, missing, verb.zeros ? '0' : ' ');
}

}  // namespace

std::string formatted(std::string_view format, const std::vector<TemplateValue>& values) {
  std::string text;
  std::size_t next = 0;
  while (!format.empty()) {
    const char c = format[0];
    format.remove_prefix(1);
    if (c != '%') {
      text += c;
      continue;
    }
    const Verb verb = takeVerb(format);
    if (verb.letter == '\0') {
      text += "%!(NOVERB)";
    } else if (verb.letter == '%') {
      text += '%';
    } else if (next < values.size()) {
      text += formatOne(verb, values[next++]);
    } else {
      text.append("%!").append(1, verb.letter).append("(MISSING)");
    }
  }
  if (next == values.size()) return text;
  text += "%!(EXTRA ";
  for (std::size_t i = next; i < values.size(); ++i) {
    text.append(i > next ? ", " : "").append(typeName(values[i]) + "=" + printed(values[i]));
  }
  return text + ")";
}

}  // namespace orchestrator_exporter
