#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "metrics/promql/functions/function.h"
#include "metrics/promql/query_state.h"
#include "metrics/promql/selection.h"
#include "metrics/promql/syntax/expression.h"
#include "metrics/promql/values/series.h"

namespace orchestrator_exporter::promql {

// Evaluates expressions at all steps at once: each selector is read once, each operation works on
// whole columns. Subqueries and parts that do not change from step to step get an evaluator of
// their own with other steps. Throws QueryError.
class Evaluator {
 public:
  using Take = std::function<void(Series&&)>;

  Evaluator(QueryState& state, const Steps& steps) : state_(state), steps_(steps) {}

  // Of an instant vector; no series without values.
  Matrix vector(const Expression& expression);
  // Of a scalar.
  Column scalar(const Expression& expression);
  // As vector(), but one series after the other where the expression allows it, so that not all of
  // them are in memory.
  void each(const Expression& expression, const Take& take);
  // The samples behind a range vector, series by series; `function` takes them.
  void eachRangeSamples(const Expression& argument, std::string_view function,
                        const std::function<void(const RangeSamples&)>& take);

 private:
  friend class Arguments;

  // Whether the expression needs to be evaluated at one step only, of several.
  bool isConstant(const Expression& expression) const;

  Matrix evaluate(const Expression& expression);
  Matrix evaluate(const Aggregation& aggregation);
  Matrix evaluate(const BinaryOperation& operation, PositionRange position);
  Matrix evaluate(const UnaryOperation& operation);
  Matrix evaluate(const Call& call);
  Matrix withScalar(const BinaryOperation& operation, PositionRange position);
  Matrix absentOverTime(const Call& call);

  Column evaluateScalar(const Expression& expression);
  Column scalarCall(const Call& call);

  std::vector<std::int64_t> endsOfWindows(const Expression& range) const;
  void eachOfRange(const Call& call, const RangeFunction& function, const Take& take);
  void eachOfSubquery(const Subquery& subquery,
                      const std::function<void(const RangeSamples&)>& take);
  void informOfCounter(const Series& series, const Call& call);

  QueryState& state_;
  Steps steps_;
};

}  // namespace orchestrator_exporter::promql
