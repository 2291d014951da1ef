#include "metrics/promql/syntax/expression_parser.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

#include "metrics/promql/syntax/duration.h"
#include "metrics/promql/syntax/duration_parser.h"
#include "metrics/promql/syntax/literals.h"
#include "metrics/promql/syntax/selector_parser.h"

namespace orchestrator_exporter::promql {

namespace {

constexpr int kWeakest = 1;
constexpr int kUnary = 5;
constexpr int kPower = 6;

// How strongly a binary operator binds; 0 if the token is none.
int strengthOf(TokenKind kind) {
  switch (kind) {
    case TokenKind::kOr:
      return kWeakest;
    case TokenKind::kAnd:
    case TokenKind::kUnless:
      return 2;
    case TokenKind::kAdd:
    case TokenKind::kSubtract:
      return 4;
    case TokenKind::kMultiply:
    case TokenKind::kDivide:
    case TokenKind::kModulo:
    case TokenKind::kAtan2:
      return kUnary;
    case TokenKind::kPower:
      return kPower;
    default:
      return isComparison(kind) ? 3 : 0;
  }
}

// Trees are walked recursively.
constexpr int kDeepest = 1000;

}  // namespace

ExpressionPtr ExpressionParser::parse() {
  if (tokens_.isNext(TokenKind::kEnd)) {
    tokens_.fail(0, "no expression found in input");
  }
  ExpressionPtr whole = expression(kWeakest);
  if (!tokens_.isNext(TokenKind::kEnd)) unexpected();
  return whole;
}

Selector ExpressionParser::parseSelector() {
  const bool hasName = mayNameMetric(tokens_.peek().kind);
  if (!hasName && !tokens_.isNext(TokenKind::kLeftBrace)) unexpected();
  const ExpressionPtr whole = hasName ? selector(tokens_.take()) : operand();
  if (!tokens_.isNext(TokenKind::kEnd)) unexpected();
  return std::move(std::get<Selector>(whole->node));
}

ExpressionPtr ExpressionParser::expression(int strength) {
  checkDepth(++depth_, tokens_.peek().begin);
  ExpressionPtr left = unary();
  while (true) {
    const TokenKind op = tokens_.peek().kind;
    const int binds = strengthOf(op);
    if (binds < strength || binds == 0) break;
    tokens_.take();
    BinaryOperation operation;
    operation.op = op;
    readMatching(operation);
    operation.right = expression(op == TokenKind::kPower ? binds : binds + 1);
    operation.left = std::move(left);
    const PositionRange position{operation.left->position.begin, operation.right->position.end};
    const int depth = std::max(operation.left->depth, operation.right->depth) + 1;
    left = make(position, std::move(operation), depth);
  }
  --depth_;
  return left;
}

void ExpressionParser::readMatching(BinaryOperation& operation) {
  operation.returnBool = tokens_.accept(TokenKind::kBool);
  Matching& matching = operation.matching.emplace();
  if (!tokens_.isNext(TokenKind::kOn) && !tokens_.isNext(TokenKind::kIgnoring)) return;
  matching.on = tokens_.take().kind == TokenKind::kOn;
  matching.labels = readGroupingLabels(tokens_);
  if (!tokens_.isNext(TokenKind::kGroupLeft) && !tokens_.isNext(TokenKind::kGroupRight)) return;
  matching.cardinality = tokens_.take().kind == TokenKind::kGroupLeft
                             ? Matching::Cardinality::kManyToOne
                             : Matching::Cardinality::kOneToMany;
  // The labels may be left out, but what cannot be an operand is taken for an attempt at them.
  if (tokens_.isNext(TokenKind::kLeftParen) || !mayStartExpression(tokens_.peek().kind)) {
    matching.included = readGroupingLabels(tokens_);
  }
}

ExpressionPtr ExpressionParser::unary() {
  if (!tokens_.isNext(TokenKind::kAdd) && !tokens_.isNext(TokenKind::kSubtract)) {
    return postfix(operand());
  }
  const Token sign = tokens_.take();
  const bool negate = sign.kind == TokenKind::kSubtract;
  ExpressionPtr inner = expression(kUnary + 1);
  if (auto* const number = std::get_if<NumberLiteral>(&inner->node)) {
    if (negate) number->value = -number->value;
    inner->position.begin = sign.begin;
    return inner;
  }
  const PositionRange position{sign.begin, inner->position.end};
  const int depth = inner->depth + 1;
  return make(position, UnaryOperation{negate, std::move(inner)}, depth);
}

ExpressionPtr ExpressionParser::operand() {
  switch (tokens_.peek().kind) {
    case TokenKind::kNumber:
    case TokenKind::kDuration:
      return numberLiteral();
    case TokenKind::kString: {
      const Token token = tokens_.take();
      return make(token.position(), StringLiteral{unquote(token.text)});
    }
    case TokenKind::kLeftParen: {
      const std::size_t begin = tokens_.take().begin;
      ExpressionPtr inner = expression(kWeakest);
      if (!tokens_.isNext(TokenKind::kRightParen)) unexpected();
      const std::size_t end = tokens_.take().end();
      tokens_.takeClosing();
      const int depth = inner->depth + 1;
      return make({begin, end}, Parenthesis{std::move(inner)}, depth);
    }
    case TokenKind::kLeftBrace: {
      const std::size_t begin = tokens_.peek().begin;
      Selector selector;
      const std::size_t end = readMatchers(tokens_, selector);
      return make({begin, end}, std::move(selector));
    }
    default:
      break;
  }
  if (!mayNameMetric(tokens_.peek().kind)) unexpected();
  const Token name = tokens_.take();
  if (name.kind == TokenKind::kIdentifier && tokens_.isNext(TokenKind::kLeftParen)) {
    return call(name);
  }
  if (isAggregation(name.kind) &&
      (tokens_.isNext(TokenKind::kLeftParen) || tokens_.isNext(TokenKind::kBy) ||
       tokens_.isNext(TokenKind::kWithout))) {
    return aggregation(name);
  }
  return selector(name);
}

ExpressionPtr ExpressionParser::selector(const Token& name) {
  Selector selector;
  std::size_t end = name.end();
  if (tokens_.isNext(TokenKind::kLeftBrace)) end = readMatchers(tokens_, selector);
  selector.name = name.text;
  selector.matchers.emplace_back("__name__", LabelMatcher::Operator::kEqual, selector.name);
  return make({name.begin, end}, std::move(selector));
}

ExpressionPtr ExpressionParser::numberLiteral() {
  const Token token = tokens_.take();
  return make(token.position(), readNumber(tokens_, token));
}

ExpressionPtr ExpressionParser::call(const Token& name) {
  Call call;
  call.arguments = arguments();
  tokens_.take();
  const std::size_t end = tokens_.takeClosing();
  call.function = findFunction(name.text);
  if (call.function == nullptr) {
    tokens_.fail(name.begin, "unknown function with name " + quote(name.text));
  }
  if (call.function->experimental && !options_.experimentalFunctions) {
    tokens_.fail(name.begin, "function " + quote(name.text) + " is not enabled");
  }
  int depth = 1;
  for (const ExpressionPtr& argument : call.arguments) depth = std::max(depth, argument->depth + 1);
  return make({name.begin, end}, std::move(call), depth);
}

// Up to the closing parenthesis, which is next.
std::vector<ExpressionPtr> ExpressionParser::arguments() {
  if (!tokens_.isNext(TokenKind::kLeftParen)) unexpected();
  tokens_.take();
  std::vector<ExpressionPtr> list;
  if (tokens_.isNext(TokenKind::kRightParen)) return list;
  list.push_back(expression(kWeakest));
  while (tokens_.isNext(TokenKind::kComma)) {
    const std::size_t comma = tokens_.take().begin;
    if (!mayStartExpression(tokens_.peek().kind)) {
      tokens_.fail(comma, "trailing commas not allowed in function call args");
    }
    list.push_back(expression(kWeakest));
  }
  if (!tokens_.isNext(TokenKind::kRightParen)) unexpected();
  return list;
}

ExpressionPtr ExpressionParser::aggregation(const Token& op) {
  Aggregation aggregation;
  aggregation.op = op.kind;
  const auto readGrouping = [this, &aggregation] {
    aggregation.without = tokens_.take().kind == TokenKind::kWithout;
    aggregation.labels = readGroupingLabels(tokens_);
  };
  const auto isGrouping = [this] {
    return tokens_.isNext(TokenKind::kBy) || tokens_.isNext(TokenKind::kWithout);
  };
  ++openAggregations_;
  const bool groupedBefore = isGrouping();
  if (groupedBefore) readGrouping();
  std::vector<ExpressionPtr> list = arguments();
  tokens_.take();
  const bool groupedBehind = !groupedBefore && isGrouping();
  if (groupedBehind) readGrouping();
  if (groupedBefore || groupedBehind) tokens_.takeClosing();
  const std::size_t end = tokens_.takeClosing();
  --openAggregations_;

  if (list.empty()) tokens_.fail(op.begin, "no arguments for aggregate expression provided");
  if ((op.kind == TokenKind::kLimitk || op.kind == TokenKind::kLimitRatio) &&
      !options_.experimentalFunctions) {
    tokens_.fail(op.begin, std::string(spelling(op.kind)) +
                               "() is experimental and must be enabled with "
                               "--enable-feature=promql-experimental-functions");
  }
  const std::size_t wanted = takesParameter(op.kind) ? 2 : 1;
  if (list.size() != wanted) {
    tokens_.fail(op.begin,
                 "wrong number of arguments for aggregate expression provided, expected " +
                     std::to_string(wanted) + ", got " + std::to_string(list.size()));
  }
  int depth = list.back()->depth + 1;
  if (wanted == 2) {
    depth = std::max(depth, list.front()->depth + 1);
    aggregation.parameter = std::move(list.front());
  }
  aggregation.vector = std::move(list.back());
  return make({op.begin, end}, std::move(aggregation), depth);
}

ExpressionPtr ExpressionParser::postfix(ExpressionPtr operand) {
  while (true) {
    switch (tokens_.peek().kind) {
      case TokenKind::kLeftBracket:
        operand = range(std::move(operand));
        break;
      case TokenKind::kOffset:
        offset(*operand);
        break;
      case TokenKind::kAt:
        at(*operand);
        break;
      default:
        return operand;
    }
  }
}

ExpressionPtr ExpressionParser::range(ExpressionPtr operand) {
  const std::size_t bracket = tokens_.take().begin;
  DurationParser durations(tokens_, options_.durationExpressions);
  Length length = durations.positive("subquery selector", "number or duration");
  if (tokens_.accept(TokenKind::kColon)) {
    Subquery subquery;
    subquery.range = std::move(length);
    if (!tokens_.isNext(TokenKind::kRightBracket)) {
      subquery.step = durations.positive("subquery selector", "number or duration or \"]\"");
      if (!tokens_.isNext(TokenKind::kRightBracket)) {
        tokens_.unexpected("subquery selector", "\"]\"");
      }
    }
    const PositionRange position{operand->position.begin, tokens_.take().end()};
    const int depth = operand->depth + 1;
    if (durationFault_.empty()) durationFault_ = durations.fault();
    subquery.inner = std::move(operand);
    return make(position, std::move(subquery), depth);
  }
  if (!tokens_.isNext(TokenKind::kRightBracket)) {
    tokens_.unexpected("subquery or range", "\":\" or \"]\"");
  }
  const std::size_t end = tokens_.take().end();
  auto* const selector = std::get_if<Selector>(&operand->node);
  if (selector == nullptr || selector->range) {
    tokens_.fail(bracket, "ranges only allowed for vector selectors");
  }
  if (selector->modifiers.offset.milliseconds != 0) {
    tokens_.fail(bracket, "no offset modifiers allowed before range");
  }
  if (selector->modifiers.anchor == Modifiers::Anchor::kTime) {
    tokens_.fail(bracket, "no @ modifiers allowed before range");
  }
  if (durationFault_.empty()) durationFault_ = durations.fault();
  selector->range = std::move(length);
  operand->position.end = end;
  return operand;
}

Modifiers& ExpressionParser::modifiersOf(Expression& operand, std::string_view name) {
  if (auto* const selector = std::get_if<Selector>(&operand.node)) return selector->modifiers;
  if (auto* const subquery = std::get_if<Subquery>(&operand.node)) return subquery->modifiers;
  tokens_.fail(operand.position.begin,
               std::string(name) +
                   " modifier must be preceded by an instant vector selector or range vector "
                   "selector or a subquery");
}

void ExpressionParser::offset(Expression& operand) {
  tokens_.take();
  DurationParser durations(tokens_, options_.durationExpressions);
  Length length = durations.offset("offset", "number or duration");
  if (durationFault_.empty()) durationFault_ = durations.fault();
  Modifiers& modifiers = modifiersOf(operand, "offset");
  if (modifiers.offset.milliseconds != 0 || !modifiers.offset.text.empty()) {
    tokens_.fail(operand.position.begin, "offset may not be set multiple times");
  }
  modifiers.offset = std::move(length);
  operand.position.end = tokens_.lastEnd();
}

void ExpressionParser::at(Expression& operand) {
  tokens_.take();
  Modifiers read;
  const TokenKind kind = tokens_.peek().kind;
  if (kind == TokenKind::kStart || kind == TokenKind::kEndFunction) {
    tokens_.take();
    read.anchor = kind == TokenKind::kStart ? Modifiers::Anchor::kStart : Modifiers::Anchor::kEnd;
    for (const TokenKind parenthesis : {TokenKind::kLeftParen, TokenKind::kRightParen}) {
      if (!tokens_.accept(parenthesis)) tokens_.unexpected("@", "timestamp");
    }
  } else {
    bool negate = false;
    if (kind == TokenKind::kAdd || kind == TokenKind::kSubtract) {
      negate = tokens_.take().kind == TokenKind::kSubtract;
    }
    if (!tokens_.isNext(TokenKind::kNumber) && !tokens_.isNext(TokenKind::kDuration)) {
      tokens_.unexpected("@", "timestamp");
    }
    const Token number = tokens_.take();
    const double value = readNumber(tokens_, number).value;
    const double seconds = negate ? -value : value;
    constexpr double kLargest = 9223372036854775807.0;
    if (!(std::fabs(seconds) < kLargest)) {
      tokens_.fail(operand.position.begin,
                   "timestamp out of bounds for @ modifier: " + withSixDecimals(seconds));
    }
    read.anchor = Modifiers::Anchor::kTime;
    const double milliseconds = std::round(seconds * 1000);
    read.at = std::fabs(milliseconds) < kLargest ? static_cast<std::int64_t>(milliseconds)
                                                 : std::numeric_limits<std::int64_t>::min();
  }
  Modifiers& modifiers = modifiersOf(operand, "@");
  if (modifiers.anchor != Modifiers::Anchor::kNone) {
    tokens_.fail(operand.position.begin, "@ <timestamp> may not be set multiple times");
  }
  modifiers.anchor = read.anchor;
  modifiers.at = read.at;
  operand.position.end = tokens_.lastEnd();
}

ExpressionPtr ExpressionParser::make(PositionRange position, Expression::Node node, int depth) {
  checkDepth(depth, position.begin);
  auto made = std::make_unique<Expression>();
  made->position = position;
  made->node = std::move(node);
  made->depth = depth;
  return made;
}

void ExpressionParser::checkDepth(int depth, std::size_t offset) const {
  if (depth > kDeepest) {
    tokens_.fail(offset, "expression is nested more than " + std::to_string(kDeepest) + " deep");
  }
}

void ExpressionParser::unexpected() {
  tokens_.unexpected(openAggregations_ > 0 ? "aggregation" : "");
}

}  // namespace orchestrator_exporter::promql
