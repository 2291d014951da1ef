#include "metrics/promql/aggregation.h"

#include <cmath>
#include <utility>

#include "metrics/promql/values/summation.h"

namespace orchestrator_exporter::promql {

namespace {

// Keeps a State for each step; `add` takes a value in, `result` makes the value of the group.
template <class State>
class Running final : public Accumulator {
 public:
  explicit Running(std::size_t steps) : states_(steps) {}

  void add(const Column& points) override {
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (isPresent(points[i])) states_[i].add(points[i]);
    }
  }

  Column result() override {
    Column points(states_.size(), kAbsent);
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (states_[i].any()) points[i] = states_[i].result();
    }
    return points;
  }

 private:
  std::vector<State> states_;
};

struct Sum {
  double sum = kAbsent;
  double lost = 0;

  bool any() const { return isPresent(sum); }
  void add(double value) {
    if (!any()) {
      sum = value;
      return;
    }
    Summation total{sum, lost};
    total.add(value);
    sum = total.sum;
    lost = total.lost;
  }
  double result() const { return sum + lost; }
};

struct Average {
  Mean mean;

  bool any() const { return mean.count > 0; }
  void add(double value) { mean.add(value); }
  double result() const { return mean.result(); }
};

struct Count {
  double count = 0;

  bool any() const { return count > 0; }
  void add(double) { count += 1; }
  double result() const { return count; }
};

struct Presence {
  bool seen = false;

  bool any() const { return seen; }
  void add(double) { seen = true; }
  double result() const { return 1; }
};

template <bool greatest>
struct Extreme {
  double value = kAbsent;

  bool any() const { return isPresent(value); }
  void add(double other) {
    if (!any() || std::isnan(value) || (greatest ? other > value : other < value)) value = other;
  }
  double result() const { return value; }
};

struct Variance {
  double count = 0;
  double mean = 0;
  double squares = 0;

  bool any() const { return count > 0; }
  void add(double value) {
    count += 1;
    if (count == 1) {
      mean = value;
      squares = std::isfinite(value) ? 0 : kNaN;
      return;
    }
    const double off = value - mean;
    mean += off / count;
    squares += off * (value - mean);
  }
  double result() const { return squares / count; }
};

struct Deviation : Variance {
  double result() const { return std::sqrt(Variance::result()); }
};

std::unique_ptr<Accumulator> makeAccumulator(TokenKind op, std::size_t steps) {
  switch (op) {
    case TokenKind::kSum:
      return std::make_unique<Running<Sum>>(steps);
    case TokenKind::kAvg:
      return std::make_unique<Running<Average>>(steps);
    case TokenKind::kCount:
      return std::make_unique<Running<Count>>(steps);
    case TokenKind::kMin:
      return std::make_unique<Running<Extreme<false>>>(steps);
    case TokenKind::kMax:
      return std::make_unique<Running<Extreme<true>>>(steps);
    case TokenKind::kGroup:
      return std::make_unique<Running<Presence>>(steps);
    case TokenKind::kStddev:
      return std::make_unique<Running<Deviation>>(steps);
    default:
      return std::make_unique<Running<Variance>>(steps);
  }
}

}  // namespace

bool RunningAggregation::isOne(TokenKind op) { return !takesParameter(op); }

RunningAggregation::RunningAggregation(QueryState& state, const Aggregation& aggregation,
                                       std::size_t steps)
    : state_(state),
      op_(aggregation.op),
      grouping_(aggregation.labels, !aggregation.without),
      steps_(steps) {}

void RunningAggregation::add(const Series& series) {
  const auto [at, isNew] = places_.try_emplace(grouping_.key(series.labels), groups_.size());
  if (isNew) {
    state_.budget.hold(steps_);
    groups_.push_back(
        {grouping_.chosen(series.labels), series.dropsName, makeAccumulator(op_, steps_)});
  }
  groups_[at->second].accumulator->add(series.points);
}

Matrix RunningAggregation::result() {
  Matrix matrix;
  matrix.reserve(groups_.size());
  for (Group& group : groups_) {
    matrix.push_back({std::move(group.labels), group.accumulator->result(), group.dropsName});
    group.accumulator.reset();
  }
  return matrix;
}

}  // namespace orchestrator_exporter::promql
