#include "metrics/text_template/verbs.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "metrics/base/number_format.h"
#include "metrics/base/utf8.h"
#include "metrics/text_template/format.h"

namespace orchestrator_exporter::text_template {

namespace {

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

std::string inBase(std::uint64_t number, unsigned base, bool upper) {
  const std::string_view digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
  std::string text;
  do {
    text.insert(text.begin(), digits[number % base]);
    number /= base;
  } while (number != 0);
  return text;
}

std::string character(std::int64_t number) {
  std::string text;
  const bool isCharacter = number >= 0 && number <= 0x10ffff;
  appendUtf8(text, isCharacter ? static_cast<char32_t>(number) : U'\uFFFD');
  return text;
}

// 'x', as a literal of Go.
std::string quotedCharacter(const Verb& verb, std::int64_t number) {
  if (number == '\'') return "'\\''";
  if (number == '"') return "'\"'";
  std::string text = verb.sign ? quotedAscii(character(number)) : doubleQuoted(character(number));
  text.front() = text.back() = '\'';
  return text;
}

std::string codePoint(const Verb& verb, std::int64_t number) {
  std::string digits = inBase(static_cast<std::uint64_t>(number), 16, true);
  const std::size_t least = std::max<std::size_t>(verb.precision.value_or(4), 4);
  if (digits.size() < least) digits.insert(0, least - digits.size(), '0');
  return "U+" + digits + (verb.sharp ? " '" + character(number) + "'" : "");
}

Verb withoutZeros(Verb verb) {
  verb.zeros = false;
  return verb;
}

struct Base {
  char letter;
  unsigned base;
  std::string_view prefix;  // that # adds
};
constexpr Base kBases[] = {{'v', 10, ""},  {'d', 10, ""},   {'b', 2, "0b"}, {'o', 8, "0"},
                           {'O', 8, "0o"}, {'x', 16, "0x"}, {'X', 16, "0X"}};

// A number's text with a sign at its front: how it goes into its width.
std::string signedAndPadded(const Verb& verb, std::string text) {
  const bool isPlain = text[0] == '+' && !verb.sign;
  if (isPlain && verb.blank) text[0] = ' ';
  if (isPlain && !verb.blank) text.erase(0, 1);
  const bool zerosBehindSign = verb.zeros && !verb.left && verb.width && text.size() < *verb.width;
  if (!zerosBehindSign) return padded(verb, text);
  const bool hasSign = text[0] == '+' || text[0] == '-' || text[0] == ' ';
  return text.insert(hasSign ? 1 : 0, *verb.width - text.size(), '0');
}

std::string hexFloat(const Verb& verb, double number) {
  char buffer[1200];
  const int size =
      verb.precision
          ? std::snprintf(buffer, sizeof buffer, "%+.*a",
                          static_cast<int>(std::min<std::size_t>(*verb.precision, 1000)), number)
          : std::snprintf(buffer, sizeof buffer, "%+a", number);
  std::string text(buffer, static_cast<std::size_t>(size));
  // At least two digits of the exponent.
  const std::size_t exponent = text.find('p') + 2;
  if (text.size() - exponent == 1) text.insert(exponent, 1, '0');
  if (verb.letter() == 'X') {
    for (char& c : text) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  }
  return text;
}

// A whole number times a power of two.
std::string binaryFloat(double number) {
  int exponent = 0;
  const double fraction = std::frexp(std::fabs(number), &exponent);
  const auto mantissa = static_cast<std::uint64_t>(std::ldexp(fraction, 53));
  exponent -= 53;
  return (std::signbit(number) ? "-" : "+") + std::to_string(mantissa) + "p" +
         (exponent < 0 ? "" : "+") + std::to_string(exponent);
}

std::string shortest(const Verb& verb, double number) {
  TextBuffer buffer;
  appendBound(buffer, number, false);
  std::string text(buffer.view());
  if (text[0] != '-') text.insert(0, "+");
  if (verb.letter() == 'G') std::replace(text.begin(), text.end(), 'e', 'E');
  return text;
}

std::string decimalFloat(const Verb& verb, double number) {
  const bool isG = verb.isOneOf("vgG");
  if (isG && !verb.precision && !(verb.sharp && verb.letter() != 'v'))
    return shortest(verb, number);
  const char letter = verb.letter() == 'v' ? 'g' : verb.letter() == 'F' ? 'f' : verb.letter();
  const char format[] = {'%', '+', '#', '.', '*', letter, '\0'};
  const char plain[] = {'%', '+', '.', '*', letter, '\0'};
  const int precision = static_cast<int>(verb.precision.value_or(6));
  std::string text(static_cast<std::size_t>(precision) + 350, '\0');
  const int size =
      std::snprintf(text.data(), text.size(), verb.sharp ? format : plain, precision, number);
  text.resize(static_cast<std::size_t>(size));
  return text;
}

// Two digits a byte; # puts 0x before the whole, or before each byte if blanks part them.
std::string hexText(const Verb& verb, std::string_view text) {
  if (verb.precision) text = text.substr(0, *verb.precision);
  const bool upper = verb.letter() == 'X';
  const std::string_view prefix = !verb.sharp ? "" : upper ? "0X" : "0x";
  std::string digits;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (digits.empty() || verb.blank) digits.append(digits.empty() ? "" : " ").append(prefix);
    digits += (byte < 16 ? "0" : "") + inBase(byte, 16, upper);
  }
  return digits;
}

bool canBeBackquoted(std::string_view text) {
  if (!isUtf8(text) || text.find("\uFEFF") != std::string_view::npos) return false;
  return std::none_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || c == '`' || byte == 0x7f;
  });
}

}  // namespace

std::string padded(const Verb& verb, std::string text) {
  const std::size_t size = characterCount(text);
  if (!verb.width || size >= *verb.width) return text;
  const std::size_t missing = *verb.width - size;
  if (verb.left) return text.append(missing, ' ');
  return text.insert(0, missing, verb.zeros ? '0' : ' ');
}

std::optional<std::string> spelled(const Verb& verb, std::int64_t number) {
  const Verb plain = withoutZeros(verb);
  if (verb.letter() == 'c') return padded(plain, character(number));
  if (verb.letter() == 'q') return padded(plain, quotedCharacter(verb, number));
  if (verb.letter() == 'U') return padded(plain, codePoint(verb, number));
  const auto* base = std::find_if(std::begin(kBases), std::end(kBases),
                                  [&](const Base& one) { return one.letter == verb.letter(); });
  if (base == std::end(kBases)) return std::nullopt;
  const auto size =
      number < 0 ? ~static_cast<std::uint64_t>(number) + 1 : static_cast<std::uint64_t>(number);
  std::string digits = inBase(size, base->base, verb.letter() == 'X');
  if (verb.precision == 0 && number == 0) return padded(plain, "");
  const std::string sign = number < 0 ? "-" : verb.sign ? "+" : verb.blank ? " " : "";
  std::size_t least = verb.precision.value_or(0);
  if (!verb.precision && verb.zeros && !verb.left && verb.width) least = *verb.width - sign.size();
  if (digits.size() < least && least <= 100'000) digits.insert(0, least - digits.size(), '0');
  const bool hasPrefix = verb.letter() == 'O' || (verb.sharp && digits[0] != base->prefix[0]) ||
                         (verb.sharp && base->base != 8);
  return padded(plain, sign + std::string(hasPrefix ? base->prefix : "") + digits);
}

std::optional<std::string> spelled(const Verb& verb, double number) {
  if (!verb.isOneOf("vbeEfFgGxX")) return std::nullopt;
  if (std::isnan(number)) {
    return padded(withoutZeros(verb), verb.sign ? "+NaN" : verb.blank ? " NaN" : "NaN");
  }
  if (std::isinf(number)) {
    const char* const sign = number < 0 ? "-" : verb.blank && !verb.sign ? " " : "+";
    return padded(withoutZeros(verb), std::string(sign) + "Inf");
  }
  if (verb.isOneOf("xX")) return signedAndPadded(verb, hexFloat(verb, number));
  return signedAndPadded(verb,
                         verb.letter() == 'b' ? binaryFloat(number) : decimalFloat(verb, number));
}

std::optional<std::string> spelled(const Verb& verb, bool value) {
  if (!verb.isOneOf("vt")) return std::nullopt;
  return padded(verb, value ? "true" : "false");
}

std::optional<std::string> spelled(const Verb& verb, std::string_view text) {
  if (!verb.isOneOf("vsqxX")) return std::nullopt;
  if (verb.isOneOf("xX")) return padded(verb, hexText(verb, text));
  if (verb.precision) text = text.substr(0, bytesOfCharacters(text, *verb.precision));
  if (verb.letter() == 'v' && verb.sharp) return padded(verb, doubleQuoted(text));
  if (verb.letter() != 'q') return padded(verb, std::string(text));
  if (verb.sharp && canBeBackquoted(text)) return padded(verb, "`" + std::string(text) + "`");
  return padded(verb, verb.sign ? quotedAscii(text) : doubleQuoted(text));
}

}  // namespace orchestrator_exporter::text_template
