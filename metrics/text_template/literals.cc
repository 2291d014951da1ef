#include "metrics/text_template/literals.h"

#include <charconv>
#include <string>

#include "metrics/base/number_parse.h"

namespace orchestrator_exporter::text_template {

namespace {

// Takes the underscores out; nullopt if one does not stand between digits.
std::optional<std::string> withoutUnderscores(std::string_view text) {
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_') {
      digits += text[i];
    } else if (i == 0 || i + 1 == text.size() || text[i - 1] == '_' || text[i + 1] == '_') {
      return std::nullopt;
    }
  }
  return digits;
}

std::optional<Value> wholeNumber(std::string_view digits, int base, bool negative) {
  const auto number = parseUnsigned(digits, base);
  const std::uint64_t most = negative ? std::uint64_t{1} << 63 : (std::uint64_t{1} << 63) - 1;
  if (!number || *number > most) return std::nullopt;
  return Value(static_cast<std::int64_t>(negative ? ~*number + 1 : *number));
}

std::optional<Value> hexFloat(std::string_view digits, bool negative) {
  double value = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::hex);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return Value(negative ? -value : value);
}

}  // namespace

std::optional<Value> parseNumberLiteral(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const auto plain = withoutUnderscores(text);
  if (!plain || plain->empty()) return std::nullopt;
  const std::string_view digits = *plain;
  const char prefix = digits.size() > 2 && digits[0] == '0' ? digits[1] : '\0';
  const std::string_view rest = prefix == '\0' ? digits : digits.substr(2);
  if (prefix == 'x' || prefix == 'X') {
    const bool isFloat = rest.find_first_of("pP.") != std::string_view::npos;
    return isFloat ? hexFloat(rest, negative) : wholeNumber(rest, 16, negative);
  }
  if (prefix == 'b' || prefix == 'B') return wholeNumber(rest, 2, negative);
  if (prefix == 'o' || prefix == 'O') return wholeNumber(rest, 8, negative);
  if (digits.find_first_of(".eE") != std::string_view::npos) {
    const bool isDecimal = digits.find_first_not_of("0123456789.eE+-") == std::string_view::npos;
    const auto value = isDecimal ? parseNumber(digits) : std::nullopt;
    if (!value) return std::nullopt;
    return Value(negative ? -*value : *value);
  }
  const bool isOctal = digits.size() > 1 && digits[0] == '0';
  return wholeNumber(digits, isOctal ? 8 : 10, negative);
}

}  // namespace orchestrator_exporter::text_template
