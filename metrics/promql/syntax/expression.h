#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "metrics/label_matcher.h"
#include "metrics/promql/syntax/position.h"
#include "metrics/promql/syntax/signatures.h"
#include "metrics/promql/syntax/token.h"

// What a query means, as a tree.
namespace orchestrator_exporter::promql {

struct Expression;
using ExpressionPtr = std::unique_ptr<Expression>;

struct NumberLiteral {
  double value = 0;
  bool duration = false;  // written with units
};

struct StringLiteral {
  std::string value;
};

// A length of time, in milliseconds.
struct Length {
  std::int64_t milliseconds = 0;
  std::string text;  // canonical, if it was calculated from others; else empty
};

// The times that a selector or subquery looks at.
struct Modifiers {
  enum class Anchor : std::uint8_t { kNone, kTime, kStart, kEnd };

  Anchor anchor = Anchor::kNone;
  std::int64_t at = 0;  // of kTime, ms
  Length offset;
};

// `name{matchers}`, a range vector if there is a range.
struct Selector {
  std::string name;                    // empty unless it stood before the braces
  std::vector<LabelMatcher> matchers;  // with that of the name, which comes last
  std::optional<Length> range;
  Modifiers modifiers;
};

struct Subquery {
  ExpressionPtr inner;
  Length range;
  std::optional<Length> step;
  Modifiers modifiers;
};

struct Call {
  const Signature* function = nullptr;
  std::vector<ExpressionPtr> arguments;
};

struct Aggregation {
  TokenKind op = TokenKind::kSum;
  bool without = false;
  std::vector<std::string> labels;
  ExpressionPtr parameter;  // null if the operator takes none
  ExpressionPtr vector;
};

// Which elements of two vectors belong together.
struct Matching {
  enum class Cardinality : std::uint8_t { kOneToOne, kManyToOne, kOneToMany };

  bool on = false;  // else: all labels but these
  std::vector<std::string> labels;
  Cardinality cardinality = Cardinality::kOneToOne;
  std::vector<std::string> included;  // labels of the one side that the result gets
};

struct BinaryOperation {
  TokenKind op = TokenKind::kAdd;
  bool returnBool = false;
  std::optional<Matching> matching;  // after the type check: of two vectors only
  ExpressionPtr left;
  ExpressionPtr right;
};

struct UnaryOperation {
  bool negate = false;
  ExpressionPtr operand;
};

struct Parenthesis {
  ExpressionPtr inner;
};

struct Expression {
  using Node = std::variant<NumberLiteral, StringLiteral, Selector, Subquery, Call, Aggregation,
                            BinaryOperation, UnaryOperation, Parenthesis>;

  PositionRange position;
  Node node;
  int depth = 1;  // of the tree
  // Has one value for all steps of a range query: whatever it selects is fixed by an @.
  bool stepInvariant = false;

  ValueType type() const;
};

// The expression inside any parentheses around it.
const Expression& withoutParentheses(const Expression& expression);

// All selectors in it, in the order of its text.
std::vector<const Selector*> selectorsIn(const Expression& expression);

// Sets stepInvariant in the whole tree.
void markStepInvariant(Expression& expression);

}  // namespace orchestrator_exporter::promql
