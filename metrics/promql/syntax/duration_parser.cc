#include "metrics/promql/syntax/duration_parser.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "metrics/promql/syntax/duration.h"
#include "metrics/promql/syntax/printer.h"
#include "metrics/promql/syntax/selector_parser.h"

namespace orchestrator_exporter::promql {

namespace {

constexpr int kDeepest = 1000;
constexpr int kPower = 3;

bool isSign(TokenKind kind) { return kind == TokenKind::kAdd || kind == TokenKind::kSubtract; }

int strengthOf(TokenKind kind) {
  switch (kind) {
    case TokenKind::kAdd:
    case TokenKind::kSubtract:
      return 1;
    case TokenKind::kMultiply:
    case TokenKind::kDivide:
    case TokenKind::kModulo:
      return 2;
    case TokenKind::kPower:
      return kPower;
    default:
      return 0;
  }
}

}  // namespace

Length DurationParser::positive(std::string_view context, std::string_view expected) {
  context_ = context;
  expected_ = expected;
  const Value value = calculation(1);
  if (!(value.seconds > 0)) {
    constexpr const char* kReason = "duration must be greater than 0";
    if (value.literal) tokens_.fail(value.position.begin, kReason);
    setFault(value, kReason);
  }
  checkRange(value);
  return lengthOf(value);
}

Length DurationParser::offset(std::string_view context, std::string_view expected) {
  context_ = context;
  expected_ = expected;
  std::optional<Token> sign;
  if (isSign(tokens_.peek().kind)) sign = tokens_.take();
  const bool isCalculation =
      tokens_.isNext(TokenKind::kLeftParen) || (sign && isSign(tokens_.peek().kind));
  Value value = !isCalculation ? operand() : sign ? calculation(kPower) : unary();
  if (sign) value = negatedIf(*sign, std::move(value));
  checkRange(value);
  if (isCalculation) value = calculation(std::move(value), 1);
  checkRange(value);
  Length length = lengthOf(value);
  if (length.milliseconds == 0 && value.seconds != 0 && value.literal) {
    length.text = value.seconds < 0 ? "-0s" : "0s";
  }
  return length;
}

// A calculation may lead further than anything that is kept.
Length DurationParser::lengthOf(const Value& value) {
  constexpr double kFar = 2e15;  // seconds; a few of them may be added up
  if (isDurationInRange(value.seconds)) return {millisecondsOf(value.seconds), value.text};
  return {static_cast<std::int64_t>(std::clamp(value.seconds, -kFar, kFar) * 1000), value.text};
}

DurationParser::Value DurationParser::calculation(int strength) {
  return calculation(unary(), strength);
}

DurationParser::Value DurationParser::calculation(Value left, int strength) {
  while (true) {
    const TokenKind op = tokens_.peek().kind;
    const int binds = strengthOf(op);
    if (binds == 0 || binds < strength) return left;
    const Token token = tokens_.take();
    Value right = calculation(op == TokenKind::kPower ? binds : binds + 1);
    left = combined(op, token, std::move(left), std::move(right));
  }
}

DurationParser::Value DurationParser::unary() {
  if (++depth_ > kDeepest) tokens_.fail(tokens_.peek().begin, "duration is nested too deeply");
  Value value;
  if (isSign(tokens_.peek().kind)) {
    const Token sign = tokens_.take();
    value = negatedIf(sign, calculation(kPower));
  } else {
    value = operand();
  }
  checkRange(value);
  --depth_;
  return value;
}

DurationParser::Value DurationParser::negatedIf(const Token& sign, Value value) {
  if (sign.kind == TokenKind::kSubtract) {
    value.seconds = -value.seconds;
    if (!value.literal) value.text.insert(0, "-");
  }
  value.position.begin = sign.begin;
  return value;
}

DurationParser::Value DurationParser::operand() {
  if (!tokens_.accept(TokenKind::kLeftParen)) return literal();
  Value value = calculation(1);
  if (!tokens_.isNext(TokenKind::kRightParen)) tokens_.unexpected(context_, expected_);
  tokens_.take();
  requireExpressions(value);
  if (!value.literal && value.text.front() != '(') value.text = "(" + value.text + ")";
  return value;
}

DurationParser::Value DurationParser::literal() {
  if (!tokens_.isNext(TokenKind::kNumber) && !tokens_.isNext(TokenKind::kDuration)) {
    tokens_.unexpected(context_, expected_);
  }
  const Token token = tokens_.take();
  Value value;
  const NumberLiteral number = readNumber(tokens_, token);
  value.seconds = number.value;
  value.isDuration = number.duration;
  value.position = token.position();
  return value;
}

DurationParser::Value DurationParser::combined(TokenKind op, const Token& token, Value left,
                                               Value right) {
  requireExpressions(left);
  const auto written = [](const Value& value) {
    return value.literal ? printNumber({value.seconds, value.isDuration}) : value.text;
  };
  Value value;
  value.literal = false;
  value.position = {left.position.begin, right.position.end};
  value.text = written(left) + " " + std::string(spelling(op)) + " " + written(right);
  switch (op) {
    case TokenKind::kAdd:
      value.seconds = left.seconds + right.seconds;
      break;
    case TokenKind::kSubtract:
      value.seconds = left.seconds - right.seconds;
      break;
    case TokenKind::kMultiply:
      value.seconds = left.seconds * right.seconds;
      break;
    case TokenKind::kDivide:
      if (right.seconds == 0) tokens_.fail(token.begin, "division by zero");
      value.seconds = left.seconds / right.seconds;
      break;
    case TokenKind::kModulo:
      if (right.seconds == 0) tokens_.fail(token.begin, "modulo by zero");
      value.seconds = std::fmod(left.seconds, right.seconds);
      break;
    default:
      value.seconds = std::pow(left.seconds, right.seconds);
  }
  return value;
}

void DurationParser::requireExpressions(const Value& value) const {
  if (expressions_) return;
  tokens_.fail(value.position.begin, "experimental duration expression is not enabled");
}

void DurationParser::checkRange(const Value& value) {
  constexpr double kMostCalculated = 9.2e15;  // seconds: milliseconds of 64 bits
  if (value.literal) {
    if (isDurationInRange(value.seconds)) return;
    tokens_.fail(value.position.begin, "duration out of range");
  }
  if (std::fabs(value.seconds) > kMostCalculated) setFault(value, "duration is out of range");
}

// The first one counts.
void DurationParser::setFault(const Value& value, const char* reason) {
  if (!fault_.empty()) return;
  fault_ = std::to_string(value.position.begin) + ":" + std::to_string(value.position.end) + ": " +
           reason;
}

}  // namespace orchestrator_exporter::promql
