#include "metrics/promql/syntax/parser.h"

#include <utility>

#include "metrics/promql/syntax/expression_parser.h"
#include "metrics/promql/syntax/type_check.h"

namespace orchestrator_exporter::promql {

ExpressionPtr parse(std::string_view query, const ParseOptions& options,
                    void (*accept)(ValueType type)) {
  ExpressionParser parser(query, options);
  ExpressionPtr expression = parser.parse();
  checkTypes(*expression, query);
  if (accept != nullptr) accept(expression->type());
  if (!parser.durationFault().empty()) throw ParseError(parser.durationFault());
  markStepInvariant(*expression);
  return expression;
}

std::vector<LabelMatcher> parseSelector(std::string_view text) {
  return ExpressionParser(text, {}).parseSelector().matchers;
}

}  // namespace orchestrator_exporter::promql
