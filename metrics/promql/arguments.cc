#include "metrics/promql/arguments.h"

#include <utility>

namespace orchestrator_exporter::promql {

Matrix Arguments::vector(std::size_t argument) {
  return evaluator_.vector(*call_.arguments[argument]);
}

Column Arguments::scalar(std::size_t argument) {
  return evaluator_.scalar(*call_.arguments[argument]);
}

Matrix Arguments::sampleTimes(std::size_t argument) {
  const Expression& inner = withoutParentheses(*call_.arguments[argument]);
  if (const auto* selector = std::get_if<Selector>(&inner.node)) return read(*selector, true);
  Matrix matrix = vector(argument);
  for (Series& series : matrix) {
    for (std::size_t i = 0; i < series.points.size(); ++i) {
      if (isAbsent(series.points[i])) continue;
      series.points[i] = static_cast<double>(steps().time(i)) / 1000;
    }
  }
  return matrix;
}

Matrix Arguments::select(const std::vector<LabelMatcher>& matchers) {
  return read(Selector{{}, matchers, {}, {}}, false);
}

Matrix Arguments::selectTimes(const std::vector<LabelMatcher>& matchers) {
  return read(Selector{{}, matchers, {}, {}}, true);
}

std::pair<std::int64_t, std::int64_t> Arguments::viewOf(std::size_t argument) const {
  const QueryState& state = evaluator_.state_;
  const Selector* const selector = firstSelector(*call_.arguments[argument]);
  const ViewTime view(selector == nullptr ? Modifiers() : selector->modifiers, state);
  return {view.at(steps().start) - state.lookback, view.at(steps().end)};
}

Matrix Arguments::read(const Selector& selector, bool times) {
  Matrix matrix;
  selectInstant(evaluator_.state_, selector, steps(), times, [&](Series&& series) {
    budget().hold(series.points.size());
    matrix.push_back(std::move(series));
  });
  return matrix;
}

}  // namespace orchestrator_exporter::promql
