#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "metrics/promql/syntax/expression.h"
#include "metrics/promql/syntax/parser.h"
#include "metrics/promql/syntax/token_stream.h"

namespace orchestrator_exporter::promql {

// Recursive descent, with the binding strength of operators as a parameter. One method for each
// thing of the grammar; what it reads stands before it. Types are not looked at.
class ExpressionParser {
 public:
  ExpressionParser(std::string_view query, const ParseOptions& options)
      : tokens_(query), options_(options) {}

  ExpressionPtr parse();
  // A selector alone.
  Selector parseSelector();
  // What is wrong with a range or step that is calculated, in a query that makes sense otherwise.
  // Empty if nothing is.
  const std::string& durationFault() const { return durationFault_; }

 private:
  // Operands with operators between them that bind at least so strongly.
  ExpressionPtr expression(int strength);
  void readMatching(BinaryOperation& operation);
  ExpressionPtr unary();
  ExpressionPtr operand();
  ExpressionPtr selector(const Token& name);
  ExpressionPtr numberLiteral();
  ExpressionPtr call(const Token& name);
  ExpressionPtr aggregation(const Token& op);
  std::vector<ExpressionPtr> arguments();

  // What may follow an operand: a range, a subquery's, offset, @.
  ExpressionPtr postfix(ExpressionPtr operand);
  ExpressionPtr range(ExpressionPtr operand);
  void offset(Expression& operand);
  void at(Expression& operand);
  Modifiers& modifiersOf(Expression& operand, std::string_view name);

  ExpressionPtr make(PositionRange position, Expression::Node node, int depth = 1);
  void checkDepth(int depth, std::size_t offset) const;
  // The next token can start or continue nothing here.
  [[noreturn]] void unexpected();

  TokenStream tokens_;
  ParseOptions options_;
  std::string durationFault_;
  int openAggregations_ = 0;
  int depth_ = 0;
};

}  // namespace orchestrator_exporter::promql
