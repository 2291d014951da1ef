#include "metrics/promql/evaluator.h"

#include <algorithm>
#include <numbers>
#include <utility>

#include "metrics/promql/aggregation.h"
#include "metrics/promql/arguments.h"
#include "metrics/promql/functions/presence.h"
#include "metrics/promql/operators.h"
#include "metrics/promql/range_walk.h"
#include "metrics/promql/ranking.h"
#include "metrics/promql/set_operators.h"
#include "metrics/promql/values/distinct_results.h"
#include "metrics/promql/values/histogram_arithmetic.h"
#include "metrics/promql/vector_matching.h"

namespace orchestrator_exporter::promql {

bool Evaluator::isConstant(const Expression& expression) const {
  return expression.stepInvariant && steps_.count() > 1;
}

namespace {

// Of a range selector or a subquery, in milliseconds.
std::int64_t rangeOf(const Expression& range) {
  const auto* const selector = std::get_if<Selector>(&range.node);
  return selector != nullptr ? selector->range->milliseconds
                             : std::get<Subquery>(range.node).range.milliseconds;
}

}  // namespace

Matrix Evaluator::vector(const Expression& expression) {
  state_.budget.checkNow();
  // What the evaluation holds in between is free again afterwards.
  const std::size_t before = state_.budget.held();
  const std::uint64_t seen = state_.budget.seen();
  Matrix matrix;
  if (isConstant(expression)) {
    matrix = Evaluator(state_, {steps_.start, steps_.start, steps_.interval}).vector(expression);
    for (Series& series : matrix) {
      series.points.assign(steps_.count(), series.points.front());
      if (!series.histograms.empty()) {
        series.histograms.assign(steps_.count(), HistogramPointer(series.histograms.front()));
      }
    }
    state_.budget.setSeen(seen + (state_.budget.seen() - seen) * steps_.count());
  } else {
    matrix = evaluate(expression);
  }
  state_.budget.setHeld(before);
  state_.budget.hold(matrix.size() * steps_.count());
  for (const Series& series : matrix) state_.budget.hold(weightOf(series.histograms));
  return matrix;
}

Matrix Evaluator::evaluate(const Expression& expression) {
  if (const auto* part = std::get_if<Parenthesis>(&expression.node)) return evaluate(*part->inner);
  if (const auto* part = std::get_if<Aggregation>(&expression.node)) return evaluate(*part);
  if (const auto* part = std::get_if<BinaryOperation>(&expression.node)) {
    return evaluate(*part, expression.position);
  }
  if (const auto* part = std::get_if<UnaryOperation>(&expression.node)) return evaluate(*part);
  if (const auto* part = std::get_if<Call>(&expression.node)) {
    if (findRangeFunction(part->function->name) == nullptr) return evaluate(*part);
  }
  Matrix matrix;
  each(expression, [&](Series&& series) {
    state_.budget.hold(series.points.size());
    matrix.push_back(std::move(series));
  });
  return matrix;
}

void Evaluator::each(const Expression& expression, const Take& take) {
  if (!isConstant(expression)) {
    const Expression& inner = withoutParentheses(expression);
    if (const auto* selector = std::get_if<Selector>(&inner.node)) {
      selectInstant(state_, *selector, steps_, {}, take);
      return;
    }
    if (const auto* call = std::get_if<Call>(&inner.node)) {
      if (const RangeFunction* function = findRangeFunction(call->function->name)) {
        eachOfRange(*call, *function, take);
        return;
      }
    }
  }
  for (Series& series : vector(expression)) take(std::move(series));
}

Matrix Evaluator::evaluate(const Aggregation& aggregation) {
  if (RunningAggregation::isOne(aggregation.op)) {
    RunningAggregation running(state_, aggregation, steps_.count());
    each(*aggregation.vector, [&running](Series&& series) { running.add(series); });
    return running.result();
  }
  if (aggregation.op == TokenKind::kCountValues) {
    const auto& label = std::get<StringLiteral>(withoutParentheses(*aggregation.parameter).node);
    return countValues(state_, aggregation, label.value, vector(*aggregation.vector));
  }
  const Column parameter = scalar(*aggregation.parameter);
  Matrix matrix = vector(*aggregation.vector);
  if (aggregation.op == TokenKind::kQuantile) {
    return quantileOf(state_, aggregation, parameter, matrix);
  }
  return chosenOf(state_, aggregation, parameter, std::move(matrix));
}

Matrix Evaluator::evaluate(const BinaryOperation& operation, PositionRange position) {
  if (!operation.matching) return withScalar(operation, position);
  Matrix left = vector(*operation.left);
  Matrix right = vector(*operation.right);
  if (isSetOperator(operation.op)) {
    return combineSets(operation, std::move(left), std::move(right));
  }
  return combineVectors(state_, operation, position, std::move(left), std::move(right));
}

Matrix Evaluator::withScalar(const BinaryOperation& operation, PositionRange position) {
  const bool swapped = operation.left->type() == ValueType::kScalar;
  const Column number = scalar(swapped ? *operation.left : *operation.right);
  Matrix matrix = vector(swapped ? *operation.right : *operation.left);
  const bool filters = isComparison(operation.op) && !operation.returnBool;
  HistogramOperator histograms(operation, steps_.count());
  for (Series& series : matrix) {
    state_.budget.check();
    for (std::size_t i = 0; i < series.histograms.size(); ++i) {
      if (!series.hasHistogram(i)) continue;
      Element element = series.at(i);
      series.set(i, swapped ? histograms.apply(i, {number[i]}, std::move(element))
                            : histograms.apply(i, std::move(element), {number[i]}));
    }
    for (std::size_t i = 0; i < series.points.size(); ++i) {
      double& value = series.points[i];
      if (isAbsent(value)) continue;
      const double left = swapped ? number[i] : value;
      const double right = swapped ? value : number[i];
      const double result = operation.returnBool ? applyBool(operation.op, left, right)
                                                 : applyOperator(operation.op, left, right);
      // A filter keeps the vector's value, whichever side it stands on.
      if (!filters || isAbsent(result)) value = result;
    }
    if (!dropsName(operation.op, operation.returnBool)) continue;
    if (state_.delayNameRemoval) {
      series.dropsName = true;
    } else {
      series.labels = series.labels.withoutName();
    }
  }
  histograms.report(state_.annotations, position);
  mergeDuplicates(matrix);
  return matrix;
}

Matrix Evaluator::evaluate(const UnaryOperation& operation) {
  Matrix matrix = vector(*operation.operand);
  if (!operation.negate) return matrix;
  for (Series& series : matrix) {
    for (double& value : series.points) {
      if (isPresent(value)) value = -value;
    }
    for (HistogramPointer& histogram : series.histograms) {
      if (histogram != nullptr) histogram = scaled(*histogram, -1);
    }
    if (state_.delayNameRemoval) {
      series.dropsName = true;
    } else {
      series.labels = series.labels.withoutName();
    }
  }
  if (hasDuplicates(matrix)) failDuplicates();
  return matrix;
}

Matrix Evaluator::evaluate(const Call& call) {
  if (call.function->name == "absent_over_time") return absentOverTime(call);
  Arguments arguments(*this, call);
  return findVectorFunction(call.function->name)->call(arguments);
}

Column Evaluator::scalar(const Expression& expression) {
  if (!isConstant(expression)) return evaluateScalar(expression);
  const std::uint64_t seen = state_.budget.seen();
  const Column one =
      Evaluator(state_, {steps_.start, steps_.start, steps_.interval}).scalar(expression);
  state_.budget.setSeen(seen + (state_.budget.seen() - seen) * steps_.count());
  return Column(steps_.count(), one.front());
}

Column Evaluator::evaluateScalar(const Expression& expression) {
  if (const auto* number = std::get_if<NumberLiteral>(&expression.node)) {
    return Column(steps_.count(), number->value);
  }
  if (const auto* part = std::get_if<Parenthesis>(&expression.node)) return scalar(*part->inner);
  if (const auto* part = std::get_if<Call>(&expression.node)) return scalarCall(*part);
  if (const auto* part = std::get_if<UnaryOperation>(&expression.node)) {
    Column column = scalar(*part->operand);
    if (part->negate) {
      for (double& value : column) value = -value;
    }
    return column;
  }
  const auto& operation = std::get<BinaryOperation>(expression.node);
  Column left = scalar(*operation.left);
  const Column right = scalar(*operation.right);
  for (std::size_t i = 0; i < left.size(); ++i) {
    left[i] = operation.returnBool ? applyBool(operation.op, left[i], right[i])
                                   : applyOperator(operation.op, left[i], right[i]);
  }
  return left;
}

Column Evaluator::scalarCall(const Call& call) {
  Column column(steps_.count());
  if (call.function->name == "pi") {
    std::fill(column.begin(), column.end(), std::numbers::pi);
  } else if (call.function->name == "time") {
    for (std::size_t i = 0; i < column.size(); ++i) {
      column[i] = static_cast<double>(steps_.time(i)) / 1000;
    }
  } else {  // scalar()
    const Matrix matrix = vector(*call.arguments.front());
    for (std::size_t i = 0; i < column.size(); ++i) {
      std::size_t count = 0;
      for (const Series& series : matrix) {
        if (isAbsent(series.points[i])) continue;
        column[i] = series.points[i];
        ++count;
      }
      if (count != 1) column[i] = kNaN;
    }
  }
  return column;
}

// Of a range selector or a subquery.
std::vector<std::int64_t> Evaluator::endsOfWindows(const Expression& range) const {
  const auto* const selector = std::get_if<Selector>(&range.node);
  const Modifiers& modifiers =
      selector != nullptr ? selector->modifiers : std::get<Subquery>(range.node).modifiers;
  return ViewTime(modifiers, state_).at(steps_);
}

void Evaluator::eachOfRange(const Call& call, const RangeFunction& function, const Take& take) {
  std::size_t place = 0;
  while (call.arguments[place]->type() != ValueType::kMatrix) ++place;
  std::vector<Column> scalars;
  for (std::size_t i = 0; i < call.arguments.size(); ++i) {
    if (i != place) scalars.push_back(scalar(*call.arguments[i]));
  }
  const Expression& range = withoutParentheses(*call.arguments[place]);
  const std::vector<std::int64_t> ends = endsOfWindows(range);
  RangeWalk walk(function, {ends, rangeOf(range)}, steps_, scalars, call, state_);
  DistinctResults results;
  // Of a subquery the function sees the outcome; what that was made of does not count.
  std::uint64_t walked = state_.budget.seen();
  eachRangeSamples(range, function.name, [&](const RangeSamples& samples) {
    const std::uint64_t before = state_.budget.seen();
    Series series = walk.of(samples);
    walked += state_.budget.seen() - before;
    if (!series.hasAny()) return;
    const bool isOfCounter = function.name == "rate" || function.name == "increase";
    if (isOfCounter && hasPoints(series.points)) informOfCounter(series, call);
    if (!function.keepsName) {
      if (state_.delayNameRemoval) {
        series.dropsName = true;
      } else {
        series.labels = series.labels.withoutName();
      }
    }
    results.add(series.labels, samples.labels.metricName());
    take(std::move(series));
  });
  state_.budget.setSeen(walked);
}

void Evaluator::informOfCounter(const Series& series, const Call& call) {
  const std::string_view name = series.labels.metricName();
  if (name.empty()) return;
  for (const std::string_view suffix : {"_total", "_sum", "_count", "_bucket"}) {
    if (name.ends_with(suffix)) return;
  }
  // Prometheus knows no place of a subquery.
  const Expression& argument = withoutParentheses(*call.arguments.front());
  const bool isSelector = std::holds_alternative<Selector>(argument.node);
  state_.annotations.inform(
      "metric might not be a counter, name does not end in _total/_sum/_count/_bucket: \"" +
          std::string(name) + "\"",
      isSelector ? argument.position : PositionRange());
}

void Evaluator::eachRangeSamples(const Expression& argument, std::string_view function,
                                 const std::function<void(const RangeSamples&)>& take) {
  const Expression& range = withoutParentheses(argument);
  if (const auto* selector = std::get_if<Selector>(&range.node)) {
    selectRange(state_, *selector, steps_, function, take);
  } else {
    eachOfSubquery(std::get<Subquery>(range.node), take);
  }
}

void Evaluator::eachOfSubquery(const Subquery& subquery,
                               const std::function<void(const RangeSamples&)>& take) {
  const ViewTime view(subquery.modifiers, state_);
  Steps inner;
  inner.interval = subquery.step ? subquery.step->milliseconds : state_.subqueryStep;
  inner.interval = std::max<std::int64_t>(inner.interval, 1);
  inner.end = view.at(steps_.end);
  // The first multiple of the step within the range.
  const std::int64_t after = view.at(steps_.start) - subquery.range.milliseconds;
  inner.start = inner.interval * (after / inner.interval);
  if (inner.start <= after) inner.start += inner.interval;
  if (inner.start > inner.end) return;
  // A column of this length would be too much by itself.
  if (inner.count() > state_.budget.left()) Budget::failSamples();
  std::vector<std::int64_t> times;
  std::vector<double> values;
  HistogramColumns histograms;
  Evaluator(state_, inner).each(*subquery.inner, [&](Series&& series) {
    times.clear();
    values.clear();
    histograms = {};
    for (std::size_t i = 0; i < series.points.size(); ++i) {
      if (series.hasHistogram(i)) {
        histograms.times.push_back(inner.time(i));
        histograms.values.push_back(series.histogram(i));
      } else if (series.hasNumber(i)) {
        times.push_back(inner.time(i));
        values.push_back(series.points[i]);
      }
    }
    take({std::move(series.labels), series.dropsName, times, values, histograms.times,
          histograms.values});
  });
}

Matrix Evaluator::absentOverTime(const Call& call) {
  constexpr RangeFunction kPresent = {
      "absent_over_time", [](const Window&, const RangeCall&) { return 1.0; },
      [](const Window&, const RangeCall&) { return Element{1.0}; }, true};
  Column points(steps_.count(), 1);
  const Expression& range = withoutParentheses(*call.arguments.front());
  const std::vector<std::int64_t> ends = endsOfWindows(range);
  const std::vector<Column> none;
  RangeWalk walk(kPresent, {ends, rangeOf(range)}, steps_, none, call, state_);
  std::uint64_t walked = state_.budget.seen();
  eachRangeSamples(range, kPresent.name, [&](const RangeSamples& samples) {
    const std::uint64_t before = state_.budget.seen();
    const Series present = walk.of(samples);
    walked += state_.budget.seen() - before;
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (present.has(i)) points[i] = kAbsent;
    }
  });
  state_.budget.setSeen(walked);
  Matrix matrix;
  matrix.push_back({Labels(absentLabels(range)), std::move(points)});
  mergeDuplicates(matrix);
  return matrix;
}

}  // namespace orchestrator_exporter::promql
