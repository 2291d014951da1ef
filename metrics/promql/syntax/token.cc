#include "metrics/promql/syntax/token.h"

#include <algorithm>
#include <cctype>
#include <string>
#include <unordered_map>

#include "metrics/promql/syntax/literals.h"

namespace orchestrator_exporter::promql {

namespace {

const std::unordered_map<std::string_view, TokenKind>& keywords() {
  static const auto* const words = new std::unordered_map<std::string_view, TokenKind>{
      {"and", TokenKind::kAnd},
      {"or", TokenKind::kOr},
      {"unless", TokenKind::kUnless},
      {"atan2", TokenKind::kAtan2},
      {"sum", TokenKind::kSum},
      {"avg", TokenKind::kAvg},
      {"count", TokenKind::kCount},
      {"min", TokenKind::kMin},
      {"max", TokenKind::kMax},
      {"group", TokenKind::kGroup},
      {"stddev", TokenKind::kStddev},
      {"stdvar", TokenKind::kStdvar},
      {"topk", TokenKind::kTopk},
      {"bottomk", TokenKind::kBottomk},
      {"count_values", TokenKind::kCountValues},
      {"quantile", TokenKind::kQuantile},
      {"limitk", TokenKind::kLimitk},
      {"limit_ratio", TokenKind::kLimitRatio},
      {"offset", TokenKind::kOffset},
      {"by", TokenKind::kBy},
      {"without", TokenKind::kWithout},
      {"on", TokenKind::kOn},
      {"ignoring", TokenKind::kIgnoring},
      {"group_left", TokenKind::kGroupLeft},
      {"group_right", TokenKind::kGroupRight},
      {"bool", TokenKind::kBool},
      {"start", TokenKind::kStart},
      {"end", TokenKind::kEndFunction},
      {"inf", TokenKind::kNumber},
      {"nan", TokenKind::kNumber},
  };
  return *words;
}

bool isKeyword(TokenKind kind) { return kind >= TokenKind::kOffset; }

}  // namespace

std::optional<TokenKind> keyword(std::string_view word) {
  std::string lower(word);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const auto found = keywords().find(lower);
  if (found == keywords().end()) return std::nullopt;
  return found->second;
}

bool isAggregation(TokenKind kind) {
  return kind >= TokenKind::kSum && kind <= TokenKind::kLimitRatio;
}

bool takesParameter(TokenKind aggregation) {
  return aggregation >= TokenKind::kTopk && aggregation <= TokenKind::kLimitRatio;
}

bool isBinaryOperator(TokenKind kind) {
  return kind >= TokenKind::kAdd && kind <= TokenKind::kUnless;
}

bool isComparison(TokenKind kind) {
  return kind >= TokenKind::kEqual && kind <= TokenKind::kGreaterOrEqual;
}

bool isSetOperator(TokenKind kind) { return kind >= TokenKind::kAnd && kind <= TokenKind::kUnless; }

bool mayNameMetric(TokenKind kind) {
  switch (kind) {
    case TokenKind::kIdentifier:
    case TokenKind::kMetricIdentifier:
    case TokenKind::kAnd:
    case TokenKind::kOr:
    case TokenKind::kUnless:
    case TokenKind::kOffset:
    case TokenKind::kBy:
    case TokenKind::kWithout:
    case TokenKind::kStart:
    case TokenKind::kEndFunction:
      return true;
    default:
      return isAggregation(kind);
  }
}

bool mayNameLabel(TokenKind kind) {
  switch (kind) {
    case TokenKind::kOn:
    case TokenKind::kIgnoring:
    case TokenKind::kGroupLeft:
    case TokenKind::kGroupRight:
    case TokenKind::kBool:
    case TokenKind::kAtan2:
      return true;
    case TokenKind::kWithout:  // an oversight of Prometheus' grammar
      return false;
    default:
      return mayNameMetric(kind);
  }
}

bool mayStartExpression(TokenKind kind) {
  switch (kind) {
    case TokenKind::kNumber:
    case TokenKind::kDuration:
    case TokenKind::kString:
    case TokenKind::kLeftParen:
    case TokenKind::kLeftBrace:
    case TokenKind::kAdd:
    case TokenKind::kSubtract:
      return true;
    default:
      return mayNameMetric(kind);
  }
}

std::string_view spelling(TokenKind kind) {
  switch (kind) {
    case TokenKind::kAdd:
      return "+";
    case TokenKind::kSubtract:
      return "-";
    case TokenKind::kMultiply:
      return "*";
    case TokenKind::kDivide:
      return "/";
    case TokenKind::kModulo:
      return "%";
    case TokenKind::kPower:
      return "^";
    case TokenKind::kEqual:
      return "==";
    case TokenKind::kNotEqual:
      return "!=";
    case TokenKind::kLess:
      return "<";
    case TokenKind::kGreater:
      return ">";
    case TokenKind::kLessOrEqual:
      return "<=";
    case TokenKind::kGreaterOrEqual:
      return ">=";
    default:
      break;
  }
  for (const auto& [word, meant] : keywords()) {
    if (meant == kind) return word;
  }
  return {};
}

std::string description(const Token& token) {
  // A longer text is cut after so many characters.
  constexpr std::size_t kShown = 10;
  const auto quoted = [&token] {
    if (token.text.size() <= kShown) return quote(token.text);
    return quote(firstCharacters(token.text, kShown)) + "...";
  };
  switch (token.kind) {
    case TokenKind::kEnd:
      return "end of input";
    case TokenKind::kIdentifier:
      return "identifier " + quote(token.text);
    case TokenKind::kMetricIdentifier:
      return "metric identifier " + quote(token.text);
    case TokenKind::kString:
      return "string " + quoted();
    case TokenKind::kNumber:
      return "number " + quoted();
    case TokenKind::kDuration:
      return "duration " + quoted();
    default:
      break;
  }
  // Prometheus has no better words for these.
  if (token.kind == TokenKind::kStart || token.kind == TokenKind::kEndFunction) return quoted();
  if (token.kind == TokenKind::kAt) return "\"<Item 57400>\" <op:@>";
  if (isKeyword(token.kind)) return "<" + std::string(token.text) + ">";
  if (isBinaryOperator(token.kind) || token.kind == TokenKind::kMatches ||
      token.kind == TokenKind::kMatchesNot) {
    return "<op:" + std::string(token.text) + ">";
  }
  if (isAggregation(token.kind)) return "<aggr:" + std::string(token.text) + ">";
  return quoted();
}

}  // namespace orchestrator_exporter::promql
