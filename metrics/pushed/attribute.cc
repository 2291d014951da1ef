#include "metrics/pushed/attribute.h"

#include <cmath>

#include "metrics/base/number_format.h"
#include "metrics/base/number_parse.h"
#include "metrics/base/utf8.h"

namespace orchestrator_exporter {

const AnyValue* findAttribute(std::span<const Attribute> attributes, std::string_view key) {
  for (const Attribute& attribute : attributes) {
    if (attribute.key == key) return &attribute.value;
  }
  return nullptr;
}

std::string cutToUtf8(std::string_view text, std::size_t bytes) {
  if (isUtf8(text)) return std::string(utf8Prefix(text, bytes));
  const std::string valid = toUtf8(text);
  return std::string(utf8Prefix(valid, bytes));
}

std::string valueText(const AnyValue& value) {
  switch (value.type) {
    case AnyValue::Type::kNone:
      return {};
    case AnyValue::Type::kBool:
      return value.boolean ? "true" : "false";
    case AnyValue::Type::kInt:
      return std::to_string(value.integer);
    case AnyValue::Type::kDouble: {
      TextBuffer text;
      appendNumber(text, value.number);
      return std::string(text.view());
    }
    case AnyValue::Type::kString:
    case AnyValue::Type::kJson:
      break;
  }
  return cutToUtf8(value.text, kLongestValue);
}

std::string attributeText(std::span<const Attribute> attributes, std::string_view key) {
  const AnyValue* value = findAttribute(attributes, key);
  return value == nullptr ? std::string() : valueText(*value);
}

std::optional<double> attributeNumber(std::span<const Attribute> attributes, std::string_view key) {
  const AnyValue* value = findAttribute(attributes, key);
  if (value == nullptr) return std::nullopt;
  std::optional<double> number;
  if (value->type == AnyValue::Type::kInt) number = static_cast<double>(value->integer);
  if (value->type == AnyValue::Type::kDouble) number = value->number;
  if (value->type == AnyValue::Type::kString) number = parseNumber(value->text);
  return number && std::isfinite(*number) ? number : std::nullopt;
}

}  // namespace orchestrator_exporter
