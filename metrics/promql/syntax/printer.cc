#include "metrics/promql/syntax/printer.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

#include "metrics/promql/syntax/duration.h"
#include "metrics/promql/syntax/literals.h"

namespace orchestrator_exporter::promql {

namespace {

constexpr std::size_t kLineLimit = 100;

bool isPlainName(std::string_view name, bool colons) {
  if (name.empty()) return false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool letter = c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!letter && !(colons && c == ':') && !(i > 0 && c >= '0' && c <= '9')) return false;
  }
  return true;
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string out;
  for (const std::string& part : parts) {
    if (&part != &parts.front()) out += separator;
    out += part;
  }
  return out;
}

std::string printMatcher(const LabelMatcher& matcher) {
  std::string_view op = "=";
  switch (matcher.op()) {
    case LabelMatcher::Operator::kEqual:
      break;
    case LabelMatcher::Operator::kNotEqual:
      op = "!=";
      break;
    case LabelMatcher::Operator::kMatches:
      op = "=~";
      break;
    case LabelMatcher::Operator::kMatchesNot:
      op = "!~";
      break;
  }
  const std::string name =
      isPlainName(matcher.name(), false) ? matcher.name() : quote(matcher.name());
  return name + std::string(op) + quote(matcher.value());
}

std::string printLength(const Length& length) {
  return length.text.empty() ? printDuration(length.milliseconds) : length.text;
}

std::string printModifiers(const Modifiers& modifiers) {
  std::string out;
  switch (modifiers.anchor) {
    case Modifiers::Anchor::kNone:
      break;
    case Modifiers::Anchor::kTime: {
      const auto size = modifiers.at < 0 ? -modifiers.at : modifiers.at;
      std::string fraction = std::to_string(1000 + size % 1000);
      fraction.front() = '.';
      out = (modifiers.at < 0 ? " @ -" : " @ ") + std::to_string(size / 1000) + fraction;
      break;
    }
    case Modifiers::Anchor::kStart:
      out = " @ start()";
      break;
    case Modifiers::Anchor::kEnd:
      out = " @ end()";
      break;
  }
  if (modifiers.offset.milliseconds != 0 || !modifiers.offset.text.empty()) {
    out += " offset " + printLength(modifiers.offset);
  }
  return out;
}

std::string printPart(const NumberLiteral& number) { return printNumber(number); }
std::string printPart(const StringLiteral& text) { return quote(text.value); }

std::string printPart(const Selector& selector) {
  std::vector<std::string> matchers;
  for (const LabelMatcher& matcher : selector.matchers) {
    if (!selector.name.empty() && &matcher == &selector.matchers.back()) continue;
    matchers.push_back(printMatcher(matcher));
  }
  std::sort(matchers.begin(), matchers.end());
  std::string out = selector.name;
  if (!matchers.empty()) out += "{" + join(matchers, ",") + "}";
  if (selector.range) out += "[" + printLength(*selector.range) + "]";
  return out + printModifiers(selector.modifiers);
}

std::string subquerySuffix(const Subquery& subquery) {
  return "[" + printLength(subquery.range) + ":" +
         (subquery.step ? printLength(*subquery.step) : "") + "]" +
         printModifiers(subquery.modifiers);
}

std::string printPart(const Subquery& subquery) {
  return print(*subquery.inner) + subquerySuffix(subquery);
}

std::string printPart(const Call& call) {
  std::vector<std::string> arguments;
  for (const ExpressionPtr& argument : call.arguments) arguments.push_back(print(*argument));
  return std::string(call.function->name) + "(" + join(arguments, ", ") + ")";
}

// `sum by (a, b) `
std::string aggregationHead(const Aggregation& aggregation) {
  std::string out(spelling(aggregation.op));
  if (!aggregation.without && aggregation.labels.empty()) return out;
  std::vector<std::string> labels;
  for (const std::string& label : aggregation.labels) {
    labels.push_back(isPlainName(label, true) ? label : quote(label));
  }
  return out + (aggregation.without ? " without (" : " by (") + join(labels, ", ") + ") ";
}

std::string printPart(const Aggregation& aggregation) {
  return aggregationHead(aggregation) + "(" +
         (aggregation.parameter ? print(*aggregation.parameter) + ", " : "") +
         print(*aggregation.vector) + ")";
}

// `== bool on (a) group_left (b)`
std::string operatorText(const BinaryOperation& operation) {
  std::string out(spelling(operation.op));
  if (operation.returnBool) out += " bool";
  if (!operation.matching) return out;
  const Matching& matching = *operation.matching;
  if (!matching.on && matching.labels.empty()) return out;
  out += (matching.on ? " on (" : " ignoring (") + join(matching.labels, ", ") + ")";
  if (matching.cardinality == Matching::Cardinality::kOneToOne) return out;
  const bool left = matching.cardinality == Matching::Cardinality::kManyToOne;
  return out + (left ? " group_left (" : " group_right (") + join(matching.included, ", ") + ")";
}

std::string printPart(const BinaryOperation& operation) {
  return print(*operation.left) + " " + operatorText(operation) + " " + print(*operation.right);
}

std::string printPart(const UnaryOperation& operation) {
  return (operation.negate ? "-" : "+") + print(*operation.operand);
}

std::string printPart(const Parenthesis& parenthesis) {
  return "(" + print(*parenthesis.inner) + ")";
}

std::string indentation(std::size_t level) { return std::string(2 * level, ' '); }

std::string pretty(const Expression& expression, std::size_t level);

template <class Part>
std::string prettyPart(const Part& part, const std::string& line, std::size_t level) {
  static_cast<void>(part);
  return indentation(level) + line;
}

std::string prettyPart(const Subquery& subquery, const std::string&, std::size_t level) {
  return pretty(*subquery.inner, level) + subquerySuffix(subquery);
}

std::string prettyPart(const Call& call, const std::string&, std::size_t level) {
  std::string out = indentation(level) + std::string(call.function->name) + "(\n";
  for (const ExpressionPtr& argument : call.arguments) {
    if (&argument != &call.arguments.front()) out += ",\n";
    out += pretty(*argument, level + 1);
  }
  return out + "\n" + indentation(level) + ")";
}

std::string prettyPart(const Aggregation& aggregation, const std::string&, std::size_t level) {
  std::string out = indentation(level) + aggregationHead(aggregation) + "(\n";
  if (aggregation.parameter) out += pretty(*aggregation.parameter, level + 1) + ",\n";
  return out + pretty(*aggregation.vector, level + 1) + "\n" + indentation(level) + ")";
}

std::string prettyPart(const BinaryOperation& operation, const std::string&, std::size_t level) {
  return pretty(*operation.left, level + 1) + "\n" + indentation(level) + operatorText(operation) +
         "\n" + pretty(*operation.right, level + 1);
}

std::string prettyPart(const UnaryOperation& operation, const std::string&, std::size_t level) {
  std::string operand = pretty(*operation.operand, level);
  operand.erase(0, operand.find_first_not_of(' '));
  return indentation(level) + (operation.negate ? "-" : "+") + operand;
}

std::string prettyPart(const Parenthesis& parenthesis, const std::string&, std::size_t level) {
  return indentation(level) + "(\n" + pretty(*parenthesis.inner, level + 1) + "\n" +
         indentation(level) + ")";
}

std::string pretty(const Expression& expression, std::size_t level) {
  const std::string line = print(expression);
  if (line.size() <= kLineLimit) {
    // Prometheus leaves these where they are.
    const bool indented = !std::holds_alternative<Subquery>(expression.node);
    return (indented ? indentation(level) : "") + line;
  }
  return std::visit([&](const auto& part) { return prettyPart(part, line, level); },
                    expression.node);
}

}  // namespace

std::string print(const Expression& expression) {
  return std::visit([](const auto& part) { return printPart(part); }, expression.node);
}

std::string printPretty(const Expression& expression) { return pretty(expression, 0); }

std::string printNumber(const NumberLiteral& number) {
  if (!number.duration) return fixedNotation(number.value);
  return printDuration(static_cast<std::int64_t>(std::round(number.value * 1000)));
}

}  // namespace orchestrator_exporter::promql
