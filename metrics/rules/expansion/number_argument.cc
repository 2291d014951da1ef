#include "metrics/rules/expansion/number_argument.h"

#include <cctype>
#include <string>

#include "metrics/base/number_parse.h"
#include "metrics/text_template/format.h"
#include "metrics/text_template/methods.h"
#include "metrics/text_template/template_error.h"

namespace orchestrator_exporter::rules {

namespace {

using text_template::CallError;

bool isDigit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

// Takes underscores between digits out.
std::string withoutUnderscores(std::string_view text) {
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool parts = text[i] == '_' && i > 0 && i + 1 < text.size() && isDigit(text[i - 1]) &&
                       isDigit(text[i + 1]);
    if (!parts) digits += text[i];
  }
  return digits;
}

// Whether it is a number that a double is too small for: digits, a point and an exponent.
bool isDecimal(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789.eE+-") == std::string_view::npos &&
         text.find_first_of("eE") != 0 && isDigit(text.back());
}

double parsed(const std::string& text) {
  const std::string digits = withoutUnderscores(text);
  const auto number = parseNumber(digits);
  if (number) return *number;
  throw CallError("strconv.ParseFloat: parsing " + text_template::doubleQuoted(text) +
                  (isDecimal(digits) ? ": value out of range" : ": invalid syntax"));
}

}  // namespace

double numberOf(const text_template::Value& value) {
  if (const auto* real = std::get_if<double>(&value)) return *real;
  if (const auto* text = std::get_if<std::string>(&value)) return parsed(*text);
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
  const auto* named = std::get_if<text_template::NamedInteger>(&value);
  if (named && named->type == &text_template::kDuration) {
    return static_cast<double>(named->number) / 1e9;
  }
  throw CallError("can't convert " + std::string(typeName(value)) + " to float");
}

}  // namespace orchestrator_exporter::rules
