#include "metrics/notifications/texts/template_json.h"

#include <cmath>

#include "metrics/base/utf8.h"
#include "metrics/text_template/format.h"
#include "metrics/text_template/template_error.h"
#include "metrics/text_template/time_layout.h"

namespace orchestrator_exporter::notifications {

namespace {

using text_template::List;
using text_template::Map;
using text_template::Value;

std::string escape(char c) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  return std::string("\\u00") + kDigits[byte >> 4U] + kDigits[byte & 15U];
}

std::string textJson(std::string_view given) {
  const std::string text = toUtf8(given);
  std::string out = "\"";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    constexpr std::string_view kEscaped = "\"\\\b\f\n\r\t";
    constexpr std::string_view kLetters = "\"\\bfnrt";
    const std::size_t letter = kEscaped.find(c);
    const std::string_view rest = std::string_view(text).substr(i);
    if (letter != std::string_view::npos) {
      out.append(1, '\\').append(1, kLetters[letter]);
    } else if (static_cast<unsigned char>(c) < 0x20 || c == '<' || c == '>' || c == '&') {
      out += escape(c);
    } else if (rest.starts_with("\u2028") || rest.starts_with("\u2029")) {
      out += rest.starts_with("\u2028") ? "\\u2028" : "\\u2029";
      i += 2;
    } else {
      out += c;
    }
  }
  return out + "\"";
}

// With an exponent below 1e-6 and from 1e21 on, which has no zero before it.
std::string numberJson(double number) {
  if (!std::isfinite(number)) {
    throw text_template::CallError("json: unsupported value: " + text_template::printed(number));
  }
  const double size = std::fabs(number);
  if (size == 0 || (size >= 1e-6 && size < 1e21)) {
    // The fewest digits that read back as the number.
    for (int precision = 0; precision < 25; ++precision) {
      const Value arguments[] = {std::int64_t{precision}, number};
      std::string text = text_template::formatted("%.*f", arguments);
      if (std::strtod(text.c_str(), nullptr) == number) return text;
    }
  }
  std::string text = text_template::printed(number);
  const std::size_t exponent = text.find('e');
  if (exponent != std::string::npos && text[exponent + 1] == '-' && text[exponent + 2] == '0') {
    text.erase(exponent + 2, 1);
  }
  return text;
}

struct Writer {
  std::string operator()(text_template::Missing) const { return "null"; }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(double value) const { return numberJson(value); }
  std::string operator()(const std::string& value) const { return textJson(value); }
  std::string operator()(const std::shared_ptr<const List>& list) const {
    std::string text = "[";
    for (const Value& item : list->items) {
      text.append(text.size() > 1 ? "," : "") += templateJson(item);
    }
    return text + "]";
  }
  std::string operator()(const std::shared_ptr<const Map>& map) const {
    std::string text = "{";
    for (const auto& [key, value] : map->entries) {
      text.append(text.size() > 1 ? "," : "") += textJson(key) + ":" + templateJson(value);
    }
    return text + "}";
  }
  std::string operator()(const text_template::Time& time) const {
    return "\"" + formattedTime(time, text_template::kRfc3339Layout) + "\"";
  }
  std::string operator()(const text_template::NamedInteger& integer) const {
    return std::to_string(integer.number);
  }
  std::string operator()(const std::shared_ptr<const text_template::Object>& object) const {
    const auto* const known = dynamic_cast<const JsonObject*>(object.get());
    if (known == nullptr) return textJson(object->printed());
    std::string text = "{";
    for (const auto& [name, field] : known->members()) {
      text.append(text.size() > 1 ? "," : "") +=
          textJson(name) + ":" + templateJson(known->field(field).value_or(Value()));
    }
    return text + "}";
  }
};

}  // namespace

std::string templateJson(const Value& value) { return std::visit(Writer{}, value); }

}  // namespace orchestrator_exporter::notifications
