#include "metrics/promql/syntax/parser.h"

#include <utility>

#include "metrics/promql/syntax/expression_parser.h"
#include "metrics/promql/syntax/type_check.h"

namespace orchestrator_exporter::promql {

ExpressionPtr parse(std::string_view query, const ParseOptions& options) {
  ExpressionPtr expression = ExpressionParser(query, options).parse();
  checkTypes(*expression, query);
  markStepInvariant(*expression);
  return expression;
}

std::vector<LabelMatcher> parseSelector(std::string_view text) {
  const ExpressionPtr expression = parse(text);
  auto* const selector = std::get_if<Selector>(&expression->node);
  if (selector == nullptr || selector->range ||
      selector->modifiers.anchor != Modifiers::Anchor::kNone ||
      selector->modifiers.offset.milliseconds != 0) {
    throw ParseError(text, 0, "expected a vector selector");
  }
  return std::move(selector->matchers);
}

}  // namespace orchestrator_exporter::promql
