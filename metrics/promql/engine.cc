#include "metrics/promql/engine.h"

#include <algorithm>
#include <utility>

#include "metrics/promql/evaluator.h"
#include "metrics/promql/query_state.h"
#include "metrics/promql/selection.h"

namespace orchestrator_exporter::promql {

namespace {

QueryState makeState(const EngineOptions& options, const History& history, const Steps& steps,
                     std::stop_token stop) {
  return {history,
          steps.start,
          steps.end,
          options.lookback.count(),
          options.subqueryStep.count(),
          options.delayNameRemoval,
          Budget(options.maxSamples, std::chrono::steady_clock::now() + options.timeout,
                 std::move(stop))};
}

// Takes off the names that were only marked.
void dropNames(Matrix& matrix) {
  bool any = false;
  for (Series& series : matrix) {
    if (!series.dropsName) continue;
    series.labels = series.labels.withoutName();
    any = true;
  }
  if (any) mergeDuplicates(matrix);
}

std::vector<ResultSeries> toResult(Matrix matrix, const Steps& steps) {
  dropNames(matrix);
  std::vector<ResultSeries> result;
  result.reserve(matrix.size());
  for (Series& series : matrix) {
    ResultSeries out{series.labels.shared(), {}};
    for (std::size_t i = 0; i < series.points.size(); ++i) {
      if (series.hasNumber(i)) out.points.push_back({steps.time(i), series.points[i]});
      if (series.hasHistogram(i)) {
        out.histograms.push_back({steps.time(i), series.histogram(i)});
      }
    }
    if (!out.points.empty() || !out.histograms.empty()) result.push_back(std::move(out));
    series.points = Column();
    series.histograms = HistogramColumn();
  }
  return result;
}

void sortByLabels(std::vector<ResultSeries>& series) {
  std::sort(series.begin(), series.end(),
            [](const ResultSeries& a, const ResultSeries& b) { return *a.labels < *b.labels; });
}

// What a range selector or a subquery sees at one time.
std::vector<ResultSeries> samplesOf(QueryState& state, const Expression& expression,
                                    std::int64_t time) {
  std::vector<ResultSeries> result;
  const auto take = [&](const RangeSamples& samples) {
    const Labels labels = samples.dropsName ? samples.labels.withoutName() : samples.labels;
    ResultSeries out{labels.shared(), {}};
    for (std::size_t i = 0; i < samples.times.size(); ++i) {
      out.points.push_back({samples.times[i], samples.values[i]});
    }
    for (std::size_t i = 0; i < samples.histograms.size(); ++i) {
      out.histograms.push_back({samples.histogramTimes[i], samples.histograms[i]});
    }
    // A subquery has counted what its expression saw.
    if (std::holds_alternative<Selector>(withoutParentheses(expression).node)) {
      state.budget.see(out.points.size() + weightOf(samples.histograms));
    }
    if (!out.points.empty() || !out.histograms.empty()) result.push_back(std::move(out));
  };
  Evaluator(state, {time, time, 1}).eachRangeSamples(expression, {}, take);
  return result;
}

// Measures how long the parts of answering take.
class Stopwatch {
 public:
  // Since the last call, or since it was made.
  std::chrono::nanoseconds lap() {
    const auto now = std::chrono::steady_clock::now();
    return now - std::exchange(since_, now);
  }

 private:
  std::chrono::steady_clock::time_point since_ = std::chrono::steady_clock::now();
};

void finish(QueryResult& result, const QueryState& state, std::string_view query) {
  result.warnings = state.annotations.warnings(query);
  result.infos = state.annotations.infos(query);
  result.statistics.seenSamples = state.budget.seen();
  result.statistics.peakSamples = state.budget.peak();
}

// What has one value for each step. Throws QueryError for others.
void acceptForRange(ValueType type) {
  if (type == ValueType::kScalar || type == ValueType::kVector) return;
  throw QueryError(QueryError::Kind::kBadData,
                   "invalid expression type \"" + std::string(documentedName(type)) +
                       "\" for range query, must be Scalar or instant Vector");
}

}  // namespace

QueryResult Engine::instant(const History& history, std::string_view query, std::int64_t time,
                            std::stop_token stop) const {
  Stopwatch watch;
  const ExpressionPtr expression = parse(query, options_.language);
  const Steps steps{time, time, 1};
  QueryState state = makeState(options_, history, steps, std::move(stop));
  QueryResult result;
  result.type = expression->type();
  result.statistics.preparation = watch.lap();
  switch (result.type) {
    case ValueType::kScalar:
      result.scalar = {time, Evaluator(state, steps).scalar(*expression).front()};
      break;
    case ValueType::kString:
      result.scalar.time = time;
      result.text = std::get<StringLiteral>(withoutParentheses(*expression).node).value;
      break;
    case ValueType::kVector:
      result.series = toResult(Evaluator(state, steps).vector(*expression), steps);
      break;
    case ValueType::kMatrix:
      result.series = samplesOf(state, *expression, time);
      break;
  }
  result.statistics.evaluation = watch.lap();
  if (result.type == ValueType::kMatrix) sortByLabels(result.series);
  result.statistics.sorting = watch.lap();
  finish(result, state, query);
  return result;
}

QueryResult Engine::range(const History& history, std::string_view query, std::int64_t start,
                          std::int64_t end, std::int64_t step, std::stop_token stop) const {
  Stopwatch watch;
  const ExpressionPtr expression = parse(query, options_.language, acceptForRange);
  const ValueType type = expression->type();
  const Steps steps{start, end, std::max<std::int64_t>(step, 1)};
  QueryState state = makeState(options_, history, steps, std::move(stop));
  QueryResult result;
  result.type = ValueType::kMatrix;
  result.statistics.preparation = watch.lap();
  Matrix matrix;
  if (type == ValueType::kVector) {
    matrix = Evaluator(state, steps).vector(*expression);
  } else {
    matrix.push_back({Labels(), Evaluator(state, steps).scalar(*expression)});
  }
  result.series = toResult(std::move(matrix), steps);
  result.statistics.evaluation = watch.lap();
  sortByLabels(result.series);
  result.statistics.sorting = watch.lap();
  finish(result, state, query);
  return result;
}

}  // namespace orchestrator_exporter::promql
