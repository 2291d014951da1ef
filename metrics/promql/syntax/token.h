#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "metrics/promql/syntax/position.h"

namespace orchestrator_exporter::promql {

enum class TokenKind : std::uint8_t {
  kEnd,
  // What is told apart by its text.
  kIdentifier,
  kMetricIdentifier,  // holds a colon
  kString,
  kNumber,
  kDuration,
  // Punctuation.
  kLeftParen,
  kRightParen,
  kLeftBrace,
  kRightBrace,
  kLeftBracket,
  kRightBracket,
  kComma,
  kColon,
  kAt,
  kAssign,
  // Operators of label matchers; kNotEqual is one of values, too.
  kMatches,
  kMatchesNot,
  // Binary operators.
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kModulo,
  kPower,
  kAtan2,
  kEqual,
  kNotEqual,
  kLess,
  kGreater,
  kLessOrEqual,
  kGreaterOrEqual,
  kAnd,
  kOr,
  kUnless,
  // Aggregations.
  kSum,
  kAvg,
  kCount,
  kMin,
  kMax,
  kGroup,
  kStddev,
  kStdvar,
  kTopk,
  kBottomk,
  kCountValues,
  kQuantile,
  kLimitk,
  kLimitRatio,
  // Other keywords.
  kOffset,
  kBy,
  kWithout,
  kOn,
  kIgnoring,
  kGroupLeft,
  kGroupRight,
  kBool,
  kStart,
  kEndFunction,
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string_view text;
  std::size_t begin = 0;

  std::size_t end() const { return begin + text.size(); }
  PositionRange position() const { return {begin, end()}; }
};

// The kind of a word written in any case; nullopt if it is no keyword. `inf` and `nan` are numbers.
std::optional<TokenKind> keyword(std::string_view word);

bool isAggregation(TokenKind kind);
bool takesParameter(TokenKind aggregation);
bool isBinaryOperator(TokenKind kind);
bool isComparison(TokenKind kind);
bool isSetOperator(TokenKind kind);

// Whether the word may name a metric, or be a label in a grouping list.
bool mayNameMetric(TokenKind kind);
bool mayNameLabel(TokenKind kind);
bool mayStartExpression(TokenKind kind);

// As an operator or an aggregation is written in canonical text.
std::string_view spelling(TokenKind kind);

// The token as an error text names it: `identifier "x"`, `<by>`, `end of input`.
std::string description(const Token& token);

}  // namespace orchestrator_exporter::promql
