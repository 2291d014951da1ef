#include "metrics/promql/ranking.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>
#include <utility>

#include "metrics/base/utf8.h"
#include "metrics/promql/functions/quantile.h"
#include "metrics/promql/grouping.h"
#include "metrics/promql/label_hash.h"
#include "metrics/promql/syntax/literals.h"
#include "metrics/promql/values/number_text.h"
#include "metrics/promql/values/query_error.h"

namespace orchestrator_exporter::promql {

namespace {

[[noreturn]] void fail(const std::string& text) {
  throw QueryError(QueryError::Kind::kExecution, text);
}

// The places of the series of each group, groups and places in the order in which they come.
std::vector<std::vector<std::size_t>> groupsOf(const Aggregation& aggregation,
                                               const Matrix& vector) {
  const Grouping grouping(aggregation.labels, !aggregation.without);
  std::unordered_map<std::string, std::size_t> places;
  std::vector<std::vector<std::size_t>> groups;
  for (std::size_t i = 0; i < vector.size(); ++i) {
    const auto at = places.try_emplace(grouping.key(vector[i].labels), groups.size()).first;
    if (at->second == groups.size()) groups.emplace_back();
    groups[at->second].push_back(i);
  }
  return groups;
}

// The k best elements so far, the worst of them on top. A heap whose order of equal elements is
// that of Prometheus' (which is Go's container/heap), since it decides which of them stay.
class Best {
 public:
  struct Element {
    double value = 0;
    std::size_t place = 0;
  };

  Best(std::size_t size, bool greatest) : size_(size), greatest_(greatest) {}

  void add(double value, std::size_t place) {
    if (heap_.size() < size_) {
      heap_.push_back({value, place});
      up(heap_.size() - 1);
      return;
    }
    const double worst = heap_.front().value;
    const bool better = greatest_ ? value > worst : value < worst;
    if (!better && !(std::isnan(worst) && !std::isnan(value))) return;
    heap_.front() = {value, place};
    down(0);
  }

  std::vector<Element> sorted() && {
    std::stable_sort(heap_.begin(), heap_.end(),
                     [this](const Element& a, const Element& b) { return worse(b, a); });
    return std::move(heap_);
  }

 private:
  bool worse(const Element& a, const Element& b) const {
    if (std::isnan(a.value)) return true;
    return greatest_ ? a.value < b.value : a.value > b.value;
  }

  void up(std::size_t at) {
    while (at > 0) {
      const std::size_t parent = (at - 1) / 2;
      if (!worse(heap_[at], heap_[parent])) return;
      std::swap(heap_[at], heap_[parent]);
      at = parent;
    }
  }

  void down(std::size_t at) {
    while (true) {
      std::size_t child = 2 * at + 1;
      if (child >= heap_.size()) return;
      if (child + 1 < heap_.size() && worse(heap_[child + 1], heap_[child])) ++child;
      if (!worse(heap_[child], heap_[at])) return;
      std::swap(heap_[at], heap_[child]);
      at = child;
    }
  }

  std::size_t size_;
  bool greatest_;
  std::vector<Element> heap_;
};

// The extremes of a parameter over all steps; NaN if it is NaN at one of them.
struct Extremes {
  double least = 0;
  double greatest = 0;
  bool anyNaN = false;

  explicit Extremes(const Column& parameter)
      : least(*std::min_element(parameter.begin(), parameter.end())),
        greatest(*std::max_element(parameter.begin(), parameter.end())),
        anyNaN(std::any_of(parameter.begin(), parameter.end(),
                           [](double value) { return std::isnan(value); })) {
    if (!anyNaN) return;
    // As Go's functions: of infinity and NaN infinity counts.
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    const auto has = [&](double value) {
      return std::ranges::find(parameter, value) != parameter.end();
    };
    least = has(-kInfinity) ? -kInfinity : kNaN;
    greatest = has(kInfinity) ? kInfinity : kNaN;
  }
};

void informOfHistograms(QueryState& state, const Aggregation& aggregation, const Matrix& vector) {
  for (const Series& series : vector) {
    if (weightOf(series.histograms) == 0) continue;
    state.annotations.inform(histogramIgnoredIn(spelling(aggregation.op)),
                             aggregation.vector->position);
    return;
  }
}

void warnOfQuantiles(QueryState& state, const Aggregation& aggregation, const Column& parameter) {
  const Extremes extremes(parameter);
  const auto warn = [&](double q) {
    state.annotations.warn(invalidQuantile(q), withoutParentheses(*aggregation.parameter).position);
  };
  if (extremes.anyNaN) warn(kNaN);
  if (extremes.greatest > 1) warn(extremes.greatest);
  if (extremes.least < 0) warn(extremes.least);
}

void warnOfRatios(QueryState& state, const Aggregation& aggregation, const Column& parameter) {
  const Extremes extremes(parameter);
  const auto warn = [&](double ratio, double capped) {
    state.annotations.warn("ratio value should be between -1 and 1, got " + shortestGo(ratio) +
                               ", capping to " + shortestGo(capped),
                           withoutParentheses(*aggregation.parameter).position);
  };
  if (extremes.greatest > 1) warn(extremes.greatest, 1);
  if (extremes.least < -1) warn(extremes.least, -1);
}

// Whether any step asks for an element at all; throws if one cannot be counted.
bool checkCounts(const Column& parameter) {
  constexpr double kLimit = 9223372036854775808.0;
  const Extremes extremes(parameter);
  if (extremes.greatest < 1) return false;
  if (!(extremes.greatest < kLimit)) {
    fail("Scalar value " + shortestGo(extremes.greatest) + " overflows int64");
  }
  if (extremes.least <= -kLimit) {
    fail("Scalar value " + shortestGo(extremes.least) + " underflows int64");
  }
  return true;
}

bool isInRatio(const Labels& labels, double ratio) {
  const double share = hashShare(labels);
  return ratio >= 0 ? share < ratio : share >= 1 + ratio;
}

// The places of the elements of one group that are chosen at a step, in the order of the answer.
std::vector<std::size_t> choose(const Aggregation& aggregation, double parameter,
                                const Matrix& vector, const std::vector<std::size_t>& group,
                                std::size_t step) {
  std::vector<std::size_t> chosen;
  if (aggregation.op == TokenKind::kLimitRatio) {
    const double ratio = std::clamp(parameter, -1.0, 1.0);
    for (const std::size_t place : group) {
      if (vector[place].has(step) && isInRatio(vector[place].labels, ratio)) {
        chosen.push_back(place);
      }
    }
    return chosen;
  }
  if (parameter < 1) return chosen;
  const auto wanted = static_cast<std::size_t>(parameter);
  const std::size_t count = std::min(wanted, group.size());
  if (aggregation.op == TokenKind::kLimitk) {
    for (const std::size_t place : group) {
      if (chosen.size() < count && vector[place].has(step)) chosen.push_back(place);
    }
    return chosen;
  }
  Best best(count, aggregation.op == TokenKind::kTopk);
  for (const std::size_t place : group) {
    const double value = vector[place].points[step];
    if (isPresent(value)) best.add(value, place);
  }
  for (const Best::Element& element : std::move(best).sorted()) chosen.push_back(element.place);
  return chosen;
}

}  // namespace

Matrix quantileOf(QueryState& state, const Aggregation& aggregation, const Column& parameter,
                  const Matrix& vector) {
  warnOfQuantiles(state, aggregation, parameter);
  informOfHistograms(state, aggregation, vector);
  const Grouping grouping(aggregation.labels, !aggregation.without);
  Matrix result;
  std::vector<double> values;
  for (const std::vector<std::size_t>& group : groupsOf(aggregation, vector)) {
    Column points(parameter.size(), kAbsent);
    for (std::size_t step = 0; step < points.size(); ++step) {
      state.budget.check();
      values.clear();
      for (const std::size_t place : group) {
        const double value = vector[place].points[step];
        if (isPresent(value)) values.push_back(value);
      }
      if (!values.empty()) points[step] = quantile(parameter[step], values);
    }
    const Series& first = vector[group.front()];
    result.push_back({grouping.chosen(first.labels), std::move(points), first.dropsName});
  }
  return result;
}

Matrix chosenOf(QueryState& state, const Aggregation& aggregation, const Column& parameter,
                Matrix vector) {
  if (aggregation.op == TokenKind::kLimitRatio) warnOfRatios(state, aggregation, parameter);
  if (vector.empty()) return vector;
  if (aggregation.op != TokenKind::kLimitRatio) {
    if (!checkCounts(parameter)) return {};
  } else if (Extremes(parameter).anyNaN) {
    fail("Ratio value NaN is NaN");
  }
  const bool ordered = parameter.size() == 1;
  Matrix result;
  if (aggregation.op == TokenKind::kTopk || aggregation.op == TokenKind::kBottomk) {
    informOfHistograms(state, aggregation, vector);
  }
  Matrix kept(vector.size());
  for (const std::vector<std::size_t>& group : groupsOf(aggregation, vector)) {
    for (const std::size_t place : group) {
      kept[place] = emptySeries(vector[place].labels, parameter.size());
      kept[place].dropsName = vector[place].dropsName;
    }
    for (std::size_t step = 0; step < parameter.size(); ++step) {
      state.budget.check();
      for (const std::size_t place : choose(aggregation, parameter[step], vector, group, step)) {
        kept[place].set(step, vector[place].at(step));
        if (ordered) result.push_back(std::move(vector[place]));
      }
    }
  }
  if (ordered) return result;
  mergeDuplicates(kept);
  return kept;
}

Matrix countValues(QueryState& state, const Aggregation& aggregation, const std::string& label,
                   const Matrix& vector) {
  if (label.empty() || !isUtf8(label)) fail("invalid label name " + quote(label));
  std::vector<std::string> names = aggregation.labels;
  if (!aggregation.without) names.push_back(label);
  const Grouping grouping(names, !aggregation.without);
  std::unordered_map<std::string, std::size_t> places;
  Matrix result;
  for (const Series& series : vector) {
    state.budget.check();
    std::unordered_map<std::string, std::size_t> byText;  // place in the result
    for (std::size_t step = 0; step < series.points.size(); ++step) {
      if (!series.has(step)) continue;
      std::string text = series.hasHistogram(step) ? histogramText(*series.histogram(step))
                                                   : fixedNotation(series.points[step]);
      auto known = byText.find(text);
      if (known == byText.end()) {
        LabelSet labels = series.labels.copy();
        labels.set(label, text);
        const Labels all(std::move(labels));
        const auto [at, isNew] = places.try_emplace(grouping.key(all), result.size());
        if (isNew) {
          state.budget.hold(series.points.size());
          result.push_back({grouping.chosen(all), Column(series.points.size(), kAbsent)});
        }
        known = byText.emplace(std::move(text), at->second).first;
      }
      double& count = result[known->second].points[step];
      count = isAbsent(count) ? 1 : count + 1;
    }
  }
  return result;
}

}  // namespace orchestrator_exporter::promql
