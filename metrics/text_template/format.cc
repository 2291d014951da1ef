#include "metrics/text_template/format.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <optional>

#include "metrics/base/utf8.h"

namespace orchestrator_exporter::text_template {

namespace {

// Nobody needs a wider name, and a typing error should not cost memory.
constexpr std::size_t kWidest = 4096;

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

// One verb with what stands between the percent sign and its letter; no letter if the format ends
// before it.
struct Verb {
  bool left = false;
  bool zeros = false;
  bool sign = false;
  bool blank = false;
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
    verb.blank |= format[0] == ' ';
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

std::string misfit(char letter, const Value& value) {
  if (std::holds_alternative<Missing>(value)) return "%!" + std::string(1, letter) + "(<nil>)";
  return "%!" + std::string(1, letter) + "(" + std::string(typeName(value)) + "=" + printed(value) +
         ")";
}

std::string inBase(std::uint64_t number, unsigned base, bool upper) {
  const std::string_view digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
  std::string text;
  do {
    text.insert(text.begin(), digits[number % base]);
    number /= base;
  } while (number != 0);
  return text;
}

std::optional<std::string> spelled(const Verb& verb, std::int64_t number) {
  const auto size =
      number < 0 ? ~static_cast<std::uint64_t>(number) + 1 : static_cast<std::uint64_t>(number);
  std::string digits;
  switch (verb.letter) {
    case 'v':
    case 'd':
      digits = std::to_string(size);
      break;
    case 'b':
    case 'o':
      digits = inBase(size, verb.letter == 'b' ? 2 : 8, false);
      break;
    case 'x':
    case 'X':
      digits = inBase(size, 16, verb.letter == 'X');
      break;
    case 'c':
    case 'q': {
      const bool isCharacter = number >= 0 && number <= 0x10ffff;
      appendUtf8(digits, isCharacter ? static_cast<char32_t>(number) : U'\uFFFD');
      return verb.letter == 'c' ? digits : "'" + digits + "'";
    }
    default:
      return std::nullopt;
  }
  const std::size_t least = verb.precision.value_or(0);
  if (digits.size() < least) digits.insert(0, least - digits.size(), '0');
  return (number < 0 ? "-" : "") + digits;
}

std::optional<std::string> spelled(const Verb& verb, double number) {
  const char letter = verb.letter == 'v' ? 'g' : verb.letter == 'F' ? 'f' : verb.letter;
  if (std::string_view("eEfgG").find(letter) == std::string_view::npos) return std::nullopt;
  if (!std::isfinite(number)) {
    return std::isnan(number) ? "NaN" : number > 0 ? "+Inf" : "-Inf";
  }
  const bool isShortest = !verb.precision && (letter == 'g' || letter == 'G');
  if (isShortest) {
    std::string text = printed(number);
    if (letter == 'G') std::replace(text.begin(), text.end(), 'e', 'E');
    return text;
  }
  const char format[] = {'%', '.', '*', letter, '\0'};
  const int precision = static_cast<int>(verb.precision.value_or(6));
  std::string text(static_cast<std::size_t>(precision) + 350, '\0');
  const int size = std::snprintf(text.data(), text.size(), format, precision, number);
  text.resize(static_cast<std::size_t>(size));
  return text;
}

// The value as the verb's letter wants it, without regard to the width; nullopt if it does not fit.
std::optional<std::string> spelledOther(const Verb& verb, const Value& value) {
  const char letter = verb.letter;
  if (std::holds_alternative<Missing>(value)) {
    return letter == 'v' ? std::optional<std::string>("<nil>") : std::nullopt;
  }
  if (std::holds_alternative<bool>(value)) {
    return letter == 'v' || letter == 't' ? std::optional(printed(value)) : std::nullopt;
  }
  std::string text = printed(value);
  if (letter != 'v' && letter != 's' && letter != 'q' && letter != 'x' && letter != 'X') {
    return std::nullopt;
  }
  if (verb.precision) text.resize(bytesOfCharacters(text, *verb.precision));
  if (letter == 'q') return quoted(text);
  if (letter == 'v' || letter == 's') return text;
  std::string digits;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    digits += (byte < 16 ? "0" : "") + inBase(byte, 16, letter == 'X');
  }
  return digits;
}

std::string formatOne(const Verb& verb, const Value& value) {
  if (verb.letter == 'T') return std::string(typeName(value));
  const auto* whole = std::get_if<std::int64_t>(&value);
  const auto* real = std::get_if<double>(&value);
  const auto spelling = whole  ? spelled(verb, *whole)
                        : real ? spelled(verb, *real)
                               : spelledOther(verb, value);
  if (!spelling) return misfit(verb.letter, value);
  std::string text = *spelling;
  const bool isNumber = (whole || real) && verb.letter != 'c' && verb.letter != 'q';
  const bool hasSign = isNumber && (text[0] == '-' || text[0] == '+');
  if (isNumber && !hasSign && (verb.sign || verb.blank)) text.insert(0, verb.sign ? "+" : " ");
  const std::size_t size = characterCount(text);
  if (size >= verb.width) return text;
  const std::size_t missing = verb.width - size;
  if (verb.left) return text + std::string(missing, ' ');
  const bool isFinite = !real || std::isfinite(*real);
  const bool zeros = verb.zeros && isFinite && !(whole && verb.precision);
  const bool behindSign = zeros && isNumber && (hasSign || verb.sign || verb.blank);
  return text.insert(behindSign ? 1 : 0, missing, zeros ? '0' : ' ');
}

}  // namespace

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

std::string formatted(std::string_view format, std::span<const Value> values) {
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
    text.append(i > next ? ", " : "").append(typeName(values[i]));
    if (!std::holds_alternative<Missing>(values[i])) text += "=" + printed(values[i]);
  }
  return text + ")";
}

}  // namespace orchestrator_exporter::text_template
