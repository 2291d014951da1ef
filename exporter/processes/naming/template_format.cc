#include "exporter/processes/naming/template_format.h"

#include <algorithm>
#include <cctype>

namespace orchestrator_exporter {

namespace {

// Nobody needs a wider name, and a typing error should not cost memory.
constexpr std::size_t kWidest = 4096;

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    if (c == '\n') {
      result += "\\n";
    } else if (c == '\t') {
      result += "\\t";
    } else {
      result += c;
    }
  }
  return result + "\"";
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
  if (verb.precision && !isNumber) text.resize(std::min(text.size(), *verb.precision));
  if (text.size() >= verb.width) return text;
  const std::size_t missing = verb.width - text.size();
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
