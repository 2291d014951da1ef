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

const Selector* first(const NumberLiteral&) { return nullptr; }
const Selector* first(const StringLiteral&) { return nullptr; }
const Selector* first(const Selector& selector) { return &selector; }
const Selector* first(const Subquery& subquery) { return firstSelector(*subquery.inner); }
const Selector* first(const Call& call) {
  for (const ExpressionPtr& argument : call.arguments) {
    if (const Selector* const found = firstSelector(*argument)) return found;
  }
  return nullptr;
}
const Selector* first(const Aggregation& aggregation) {
  const Selector* const found =
      aggregation.parameter ? firstSelector(*aggregation.parameter) : nullptr;
  return found != nullptr ? found : firstSelector(*aggregation.vector);
}
const Selector* first(const BinaryOperation& operation) {
  const Selector* const found = firstSelector(*operation.left);
  return found != nullptr ? found : firstSelector(*operation.right);
}
const Selector* first(const UnaryOperation& operation) { return firstSelector(*operation.operand); }
const Selector* first(const Parenthesis& parenthesis) { return firstSelector(*parenthesis.inner); }

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

const Selector* firstSelector(const Expression& expression) {
  return std::visit([](const auto& part) { return first(part); }, expression.node);
}

void markStepInvariant(Expression& expression) {
  expression.stepInvariant =
      std::visit([](auto& part) { return invariant(part); }, expression.node);
}

}  // namespace orchestrator_exporter::promql
