#include "metrics/promql/syntax/expression.h"

namespace orchestrator_exporter::promql {

namespace {

ValueType typeOf(const NumberLiteral&) { return ValueType::kScalar; }
ValueType typeOf(const StringLiteral&) { return ValueType::kString; }
ValueType typeOf(const Selector& selector) {
  return selector.range ? ValueType::kMatrix : ValueType::kVector;
}
ValueType typeOf(const Subquery&) { return ValueType::kMatrix; }
ValueType typeOf(const Call& call) { return call.function->result; }
ValueType typeOf(const Aggregation&) { return ValueType::kVector; }
ValueType typeOf(const BinaryOperation& operation) {
  return operation.left->type() == ValueType::kScalar &&
                 operation.right->type() == ValueType::kScalar
             ? ValueType::kScalar
             : ValueType::kVector;
}
ValueType typeOf(const UnaryOperation& operation) { return operation.operand->type(); }
ValueType typeOf(const Parenthesis& parenthesis) { return parenthesis.inner->type(); }

using Selectors = std::vector<const Selector*>;

void collect(const Expression& expression, Selectors& found);

void collectFrom(const NumberLiteral&, Selectors&) {}
void collectFrom(const StringLiteral&, Selectors&) {}
void collectFrom(const Selector& selector, Selectors& found) { found.push_back(&selector); }
void collectFrom(const Subquery& subquery, Selectors& found) { collect(*subquery.inner, found); }
void collectFrom(const Call& call, Selectors& found) {
  for (const ExpressionPtr& argument : call.arguments) collect(*argument, found);
}
void collectFrom(const Aggregation& aggregation, Selectors& found) {
  if (aggregation.parameter) collect(*aggregation.parameter, found);
  collect(*aggregation.vector, found);
}
void collectFrom(const BinaryOperation& operation, Selectors& found) {
  collect(*operation.left, found);
  collect(*operation.right, found);
}
void collectFrom(const UnaryOperation& operation, Selectors& found) {
  collect(*operation.operand, found);
}
void collectFrom(const Parenthesis& parenthesis, Selectors& found) {
  collect(*parenthesis.inner, found);
}

void collect(const Expression& expression, Selectors& found) {
  std::visit([&found](const auto& part) { collectFrom(part, found); }, expression.node);
}

bool isAnchored(const Modifiers& modifiers) { return modifiers.anchor != Modifiers::Anchor::kNone; }

bool mark(ExpressionPtr& expression) {
  markStepInvariant(*expression);
  return expression->stepInvariant;
}

bool invariant(NumberLiteral&) { return true; }
bool invariant(StringLiteral&) { return true; }
bool invariant(Selector& selector) { return isAnchored(selector.modifiers); }
bool invariant(Subquery& subquery) {
  mark(subquery.inner);
  return isAnchored(subquery.modifiers);
}
bool invariant(Call& call) {
  bool all = !call.function->dependsOnTime;
  for (ExpressionPtr& argument : call.arguments) all = mark(argument) && all;
  return all;
}
// Its parameter does not count.
bool invariant(Aggregation& aggregation) {
  if (aggregation.parameter) mark(aggregation.parameter);
  return mark(aggregation.vector);
}
bool invariant(BinaryOperation& operation) {
  const bool left = mark(operation.left);
  return mark(operation.right) && left;
}
bool invariant(UnaryOperation& operation) { return mark(operation.operand); }
bool invariant(Parenthesis& parenthesis) { return mark(parenthesis.inner); }

}  // namespace

ValueType Expression::type() const {
  return std::visit([](const auto& part) { return typeOf(part); }, node);
}

const Expression& withoutParentheses(const Expression& expression) {
  const Expression* at = &expression;
  while (const auto* parenthesis = std::get_if<Parenthesis>(&at->node)) {
    at = parenthesis->inner.get();
  }
  return *at;
}

std::vector<const Selector*> selectorsIn(const Expression& expression) {
  Selectors found;
  collect(expression, found);
  return found;
}

void markStepInvariant(Expression& expression) {
  expression.stepInvariant =
      std::visit([](auto& part) { return invariant(part); }, expression.node);
}

}  // namespace orchestrator_exporter::promql
