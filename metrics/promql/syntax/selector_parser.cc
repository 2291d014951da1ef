#include "metrics/promql/syntax/selector_parser.h"

#include <array>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "metrics/base/utf8.h"
#include "metrics/promql/syntax/duration.h"
#include "metrics/promql/syntax/expression_error.h"
#include "metrics/promql/syntax/literals.h"

namespace orchestrator_exporter::promql {

namespace {

constexpr std::string_view kContext = "label matching";
constexpr std::string_view kGrouping = "grouping opts";

bool isMatcherOperator(TokenKind kind) {
  return kind == TokenKind::kAssign || kind == TokenKind::kNotEqual ||
         kind == TokenKind::kMatches || kind == TokenKind::kMatchesNot;
}

LabelMatcher::Operator matcherOperator(TokenStream& tokens) {
  switch (tokens.peek().kind) {
    case TokenKind::kAssign:
      return LabelMatcher::Operator::kEqual;
    case TokenKind::kNotEqual:
      return LabelMatcher::Operator::kNotEqual;
    case TokenKind::kMatches:
      return LabelMatcher::Operator::kMatches;
    case TokenKind::kMatchesNot:
      return LabelMatcher::Operator::kMatchesNot;
    default:
      tokens.unexpected(kContext, "label matching operator");
  }
}

LabelMatcher matcher(TokenStream& tokens) {
  if (!tokens.isNext(TokenKind::kIdentifier) && !tokens.isNext(TokenKind::kString)) {
    tokens.unexpected(kContext, "identifier or \"}\"");
  }
  const Token label = tokens.take();
  const bool quoted = label.kind == TokenKind::kString;
  std::string name = quoted ? unquote(label.text) : std::string(label.text);
  // A bare string is the metric's name.
  if (quoted && !isMatcherOperator(tokens.peek().kind)) {
    return {"__name__", LabelMatcher::Operator::kEqual, std::move(name)};
  }
  const auto op = matcherOperator(tokens);
  tokens.take();
  if (!tokens.isNext(TokenKind::kString)) tokens.unexpected(kContext, "string");
  std::string value = unquote(tokens.take().text);
  try {
    return {std::move(name), op, std::move(value)};
  } catch (const std::invalid_argument& error) {
    tokens.fail(label.begin, expressionError(error.what()));
  }
}

std::string groupingLabel(TokenStream& tokens) {
  if (tokens.isNext(TokenKind::kString)) {
    const Token token = tokens.take();
    std::string name = unquote(token.text);
    if (name.empty() || !isUtf8(name)) {
      tokens.fail(token.begin, "invalid label name for grouping: " + quote(name));
    }
    return name;
  }
  if (!mayNameLabel(tokens.peek().kind)) tokens.unexpected(kGrouping, "label");
  return std::string(tokens.take().text);
}

}  // namespace

std::size_t readMatchers(TokenStream& tokens, Selector& selector) {
  tokens.take();
  while (!tokens.isNext(TokenKind::kRightBrace)) {
    selector.matchers.push_back(matcher(tokens));
    if (tokens.accept(TokenKind::kComma)) continue;
    if (!tokens.isNext(TokenKind::kRightBrace)) tokens.unexpected(kContext, "\",\" or \"}\"");
  }
  return tokens.take().end();
}

std::vector<std::string> readGroupingLabels(TokenStream& tokens) {
  if (!tokens.accept(TokenKind::kLeftParen)) tokens.unexpected(kGrouping, "\"(\"");
  std::vector<std::string> labels;
  while (!tokens.isNext(TokenKind::kRightParen)) {
    labels.push_back(groupingLabel(tokens));
    if (tokens.accept(TokenKind::kComma)) continue;
    if (!tokens.isNext(TokenKind::kRightParen)) tokens.unexpected(kGrouping, "\",\" or \")\"");
  }
  tokens.take();
  return labels;
}

NumberLiteral readNumber(const TokenStream& tokens, const Token& token) {
  try {
    if (token.kind == TokenKind::kNumber) return {parseNumberLiteral(token.text), false};
    return {static_cast<double>(parseDuration(token.text)) / 1000, true};
  } catch (const std::invalid_argument& error) {
    tokens.fail(token.begin, error.what());
  }
}

}  // namespace orchestrator_exporter::promql
