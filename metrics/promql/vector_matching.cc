#include "metrics/promql/vector_matching.h"

#include <optional>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "metrics/promql/grouping.h"
#include "metrics/promql/operators.h"
#include "metrics/promql/values/query_error.h"

namespace orchestrator_exporter::promql {

namespace {

// The steps at which a vector has any element.
std::vector<char> occupiedSteps(const Matrix& matrix, std::size_t count) {
  std::vector<char> occupied(count, 0);
  for (const Series& series : matrix) {
    for (std::size_t step = 0; step < count; ++step) {
      if (series.has(step)) occupied[step] = 1;
    }
  }
  return occupied;
}

// The series of the one side with one key, and what was matched with them.
struct MatchGroup {
  std::vector<std::size_t> ones;
  std::vector<char> matched;                                    // by step, for one-to-one
  std::unordered_map<Labels, std::size_t, LabelsHash> results;  // places, for groupings
};

// "Many" is the side that may have several elements of one key; of two equal sides the left.
class Combination {
 public:
  Combination(QueryState& state, const BinaryOperation& operation, PositionRange position,
              Matrix left, Matrix right)
      : state_(state),
        operation_(operation),
        position_(position),
        matching_(*operation.matching),
        grouping_(matching_.labels, matching_.on),
        swapped_(matching_.cardinality == Matching::Cardinality::kOneToMany),
        many_(swapped_ ? std::move(right) : std::move(left)),
        one_(swapped_ ? std::move(left) : std::move(right)),
        steps_(many_.empty() ? 0 : many_.front().points.size()),
        histograms_(operation, steps_) {}

  Matrix result() {
    if (many_.empty() || one_.empty()) return {};
    groupOneSide();
    // Later steps are not reached.
    const std::size_t reached = failure_ ? std::get<0>(*failure_) : steps_;
    for (std::size_t i = 0; i < many_.size(); ++i) {
      state_.budget.check();
      const auto found = groups_.find(grouping_.key(many_[i].labels));
      if (found == groups_.end() || reached == 0) continue;
      for (const std::size_t one : found->second.ones) {
        state_.budget.check();
        combine(i, one, found->second, reached);
      }
    }
    if (failure_) throw QueryError(QueryError::Kind::kExecution, std::get<2>(*failure_));
    histograms_.report(state_.annotations, position_);
    mergeDuplicates(result_);
    return std::move(result_);
  }

 private:
  using Cardinality = Matching::Cardinality;

  // Of several failures the one counts that a step-by-step evaluation meets first.
  void fail(std::size_t step, std::size_t order, const std::string& text) {
    if (failure_ &&
        std::tie(std::get<0>(*failure_), std::get<1>(*failure_)) <= std::tie(step, order)) {
      return;
    }
    failure_.emplace(step, order, text);
  }

  void groupOneSide() {
    for (std::size_t i = 0; i < one_.size(); ++i) {
      groups_[grouping_.key(one_[i].labels)].ones.push_back(i);
    }
    std::vector<char> occupied;
    for (const auto& [key, group] : groups_) {
      if (group.ones.size() < 2) continue;
      if (occupied.empty()) occupied = occupiedSteps(many_, steps_);
      checkUnique(group, occupied);
    }
  }

  void checkUnique(const MatchGroup& group, const std::vector<char>& occupied) {
    for (std::size_t step = 0; step < steps_; ++step) {
      if (!occupied[step]) continue;
      std::optional<std::size_t> first;
      for (const std::size_t place : group.ones) {
        if (!one_[place].has(step)) continue;
        if (first) {
          failDuplicate(step, *first, place);
          return;
        }
        first = place;
      }
    }
  }

  void failDuplicate(std::size_t step, std::size_t first, std::size_t second) {
    fail(step, second,
         "found duplicate series for the match group " +
             grouping_.chosen(one_[second].labels).text() + " on the " +
             (swapped_ ? "left" : "right") + " hand-side of the operation: [" +
             one_[second].labels.text() + ", " + one_[first].labels.text() +
             "];many-to-many matching not allowed: matching labels must be unique on one side");
  }

  void combine(std::size_t manyPlace, std::size_t onePlace, MatchGroup& group,
               std::size_t reached) {
    const Series& many = many_[manyPlace];
    const Series& one = one_[onePlace];
    Series result = emptySeries(many.labels, steps_);
    bool any = false;
    for (std::size_t step = 0; step < reached; ++step) {
      if (many.hasHistogram(step) || one.hasHistogram(step)) {
        combineHistograms(step, many, one, result);
        any = any || result.has(step);
        continue;
      }
      double left = many.points[step];
      double right = one.points[step];
      if (isAbsent(left) || isAbsent(right)) continue;
      if (swapped_) std::swap(left, right);
      result.points[step] = operation_.returnBool ? applyBool(operation_.op, left, right)
                                                  : applyOperator(operation_.op, left, right);
      any = any || result.hasNumber(step);
    }
    if (!any) return;
    state_.budget.hold(steps_ + weightOf(result.histograms));
    result.labels = resultLabels(many.labels, one.labels);
    result.dropsName = state_.delayNameRemoval && dropsName(operation_.op, operation_.returnBool);
    if (matching_.cardinality == Cardinality::kOneToOne) {
      checkOneToOne(manyPlace, result, group);
      result_.push_back(std::move(result));
    } else {
      addGrouped(manyPlace, std::move(result), group);
    }
  }

  void combineHistograms(std::size_t step, const Series& many, const Series& one, Series& result) {
    if (!many.has(step) || !one.has(step)) return;
    const Series& left = swapped_ ? one : many;
    const Series& right = swapped_ ? many : one;
    result.set(step, histograms_.apply(step, left.at(step), right.at(step)));
  }

  void checkOneToOne(std::size_t place, const Series& result, MatchGroup& group) {
    group.matched.resize(steps_, 0);
    for (std::size_t step = 0; step < steps_; ++step) {
      if (!result.has(step)) continue;
      if (group.matched[step]) {
        fail(step, one_.size() + place,
             "multiple matches for labels: many-to-one matching must be explicit "
             "(group_left/group_right)");
      }
      group.matched[step] = 1;
    }
  }

  void addGrouped(std::size_t place, Series series, MatchGroup& group) {
    const auto [at, isNew] = group.results.try_emplace(series.labels, result_.size());
    if (isNew) {
      result_.push_back(std::move(series));
      return;
    }
    Series& whole = result_[at->second];
    for (std::size_t step = 0; step < steps_; ++step) {
      if (!series.has(step)) continue;
      if (whole.has(step)) {
        fail(step, one_.size() + place,
             "multiple matches for labels: grouping labels must ensure unique matches");
      }
      whole.set(step, series.at(step));
    }
  }

  Labels resultLabels(const Labels& many, const Labels& one) const {
    const bool nameless =
        dropsName(operation_.op, operation_.returnBool) && !state_.delayNameRemoval;
    const Labels base = nameless ? many.withoutName() : many;
    if (matching_.cardinality == Cardinality::kOneToOne) {
      if (!matching_.on && matching_.labels.empty()) return base;
      LabelSet labels;
      if (matching_.on) {
        for (const std::string& name : matching_.labels) labels.set(name, base.get(name));
      } else {
        labels = base.copy();
        for (const std::string& name : matching_.labels) labels.remove(name);
      }
      return Labels(std::move(labels));
    }
    if (matching_.included.empty()) return base;
    LabelSet labels = base.copy();
    for (const std::string& name : matching_.included) labels.set(name, one.get(name));
    return Labels(std::move(labels));
  }

  QueryState& state_;
  const BinaryOperation& operation_;
  const PositionRange position_;
  const Matching& matching_;
  Grouping grouping_;
  bool swapped_;
  Matrix many_;
  Matrix one_;
  std::size_t steps_;
  HistogramOperator histograms_;
  std::unordered_map<std::string, MatchGroup> groups_;
  Matrix result_;
  std::optional<std::tuple<std::size_t, std::size_t, std::string>> failure_;
};

}  // namespace

Matrix combineVectors(QueryState& state, const BinaryOperation& operation, PositionRange position,
                      Matrix left, Matrix right) {
  return Combination(state, operation, position, std::move(left), std::move(right)).result();
}

}  // namespace orchestrator_exporter::promql
