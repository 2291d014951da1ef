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
  if (const auto* selector = std::get_if<Selector>(&inner.node))
    return read(*selector, {.timesOfSamples = true});
  Matrix matrix = vector(argument);
  for (Series& series : matrix) {
    for (std::size_t i = 0; i < series.points.size(); ++i) {
      if (!series.has(i)) continue;
      series.points[i] = static_cast<double>(steps().time(i)) / 1000;
    }
  }
  keepNumbers(matrix);
  return matrix;
}

Matrix Arguments::select(const std::vector<LabelMatcher>& matchers) {
  return read(Selector{{}, matchers, {}, {}}, bounds());
}

Matrix Arguments::selectTimes(const std::vector<LabelMatcher>& matchers) {
  InstantView view = bounds();
  view.timesOfSamples = true;
  // Seen by select() already.
  const std::uint64_t seen = budget().seen();
  Matrix times = read(Selector{{}, matchers, {}, {}}, view);
  budget().setSeen(seen);
  return times;
}

InstantView Arguments::bounds() const {
  const QueryState& state = evaluator_.state_;
  const std::vector<const Selector*> selectors = selectorsIn(*call_.arguments.front());
  const ViewTime view(selectors.empty() ? Modifiers() : selectors.front()->modifiers, state);
  return {.after = view.at(steps().start) - state.lookback, .until = view.at(steps().end)};
}

Matrix Arguments::read(const Selector& selector, InstantView view) {
  Matrix matrix;
  selectInstant(evaluator_.state_, selector, steps(), view, [&](Series&& series) {
    budget().hold(series.points.size());
    matrix.push_back(std::move(series));
  });
  return matrix;
}

}  // namespace orchestrator_exporter::promql
