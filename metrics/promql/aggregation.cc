#include "metrics/promql/aggregation.h"

#include <cmath>
#include <utility>

#include "metrics/promql/values/histogram_arithmetic.h"
#include "metrics/promql/values/summation.h"

namespace orchestrator_exporter::promql {

namespace {

// What a group does with histograms.
enum class Histograms : std::uint8_t { kCount, kIgnore, kSum, kMean };

// What aggregations tell of a query.
class Notes {
 public:
  Notes(Annotations& annotations, const Aggregation& aggregation)
      : annotations_(annotations), op_(aggregation.op), position_(aggregation.vector->position) {}

  void ignoredHistogram() { annotations_.inform(histogramIgnoredIn(spelling(op_)), position_); }
  void mixed() {
    annotations_.warn("encountered a mix of histograms and floats for aggregation", position_);
  }
  void mismatch(Mismatch mismatch, std::string_view metricName) {
    annotations_.warn(mismatchText(mismatch, metricName), position_);
  }

 private:
  Annotations& annotations_;
  TokenKind op_;
  PositionRange position_;
};

// The sum or the mean of the histograms of a group at one step.
class HistogramTotal {
 public:
  bool any() const { return count_ > 0; }
  // Once histograms did not fit together, the group has no more elements.
  bool isSpoilt() const { return spoilt_; }

  void add(const FloatHistogram& histogram, bool toMean, bool afterNumbers, const Series& series,
           Notes& notes) {
    if (spoilt_) return;
    count_ += 1;
    if (count_ == 1 && !afterNumbers) {
      total_ = std::make_shared<FloatHistogram>(histogram);
    } else if (total_ != nullptr) {
      const auto mismatch =
          toMean ? moveMean(*total_, histogram, count_) : promql::add(*total_, histogram);
      if (!mismatch) return;
      notes.mismatch(*mismatch, series.labels.metricName());
      spoilt_ = true;
    }
  }

  HistogramPointer result() {
    if (total_ != nullptr) compact(*total_);
    return std::move(total_);
  }

 private:
  double count_ = 0;
  bool spoilt_ = false;
  std::shared_ptr<FloatHistogram> total_;
};

// A State for each step; `add` takes a value in, `result` makes the value of the group.
template <class State>
class StatesOf {
 public:
  explicit StatesOf(std::size_t steps) : states_(steps) {}

  std::size_t size() const { return states_.size(); }
  bool any(std::size_t step) const { return states_[step].any(); }
  void add(std::size_t step, double value) { states_[step].add(value); }
  void add(const Column& points) {
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (isPresent(points[i])) states_[i].add(points[i]);
    }
  }
  double result(std::size_t step) const { return states_[step].result(); }

 private:
  std::vector<State> states_;
};

// The same for sums, as columns, since most of a query over many series may be sums.
class Sums {
 public:
  explicit Sums(std::size_t steps) : sums_(steps, kAbsent), lost_(steps, 0) {}

  std::size_t size() const { return sums_.size(); }
  bool any(std::size_t step) const { return isPresent(sums_[step]); }
  void add(std::size_t step, double value) {
    isFirst_ = false;
    if (!any(step)) {
      sums_[step] = value;
      return;
    }
    Summation total{sums_[step], lost_[step]};
    total.add(value);
    sums_[step] = total.sum;
    lost_[step] = total.lost;
  }
  void add(const Column& points) {
    if (std::exchange(isFirst_, false)) {
      sums_ = points;
      return;
    }
    std::size_t step = 0;
    for (; step + kBlock <= points.size(); step += kBlock) {
      if (!addBlock(&points[step], &sums_[step], &lost_[step]))
        addEach(points, step, step + kBlock);
    }
    addEach(points, step, points.size());
  }
  double result(std::size_t step) const { return sums_[step] + lost_[step]; }

 private:
  static constexpr std::size_t kBlock = 4;

  // As Summation, several at once. False, and none is added, if a total is infinite or NaN, which
  // it is too where a value or a sum is absent.
  static bool addBlock(const double* values, double* sums, double* lost) {
    double total[kBlock];
    double rest[kBlock];
    double sumOfZeros = 0;
    for (std::size_t i = 0; i < kBlock; ++i) total[i] = sums[i] + values[i];
    for (std::size_t i = 0; i < kBlock; ++i) {
      const bool isSumLarger = std::fabs(sums[i]) >= std::fabs(values[i]);
      const double larger = isSumLarger ? sums[i] : values[i];
      const double smaller = isSumLarger ? values[i] : sums[i];
      rest[i] = lost[i] + ((larger - total[i]) + smaller);
    }
    for (const double one : total) sumOfZeros += one - one;
    if (sumOfZeros != 0) return false;
    for (std::size_t i = 0; i < kBlock; ++i) sums[i] = total[i];
    for (std::size_t i = 0; i < kBlock; ++i) lost[i] = rest[i];
    return true;
  }

  void addEach(const Column& points, std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      if (isPresent(points[i])) add(i, points[i]);
    }
  }

  bool isFirst_ = true;
  Column sums_;
  Column lost_;
};

// Keeps States of all steps.
template <class States, Histograms kHistograms>
class Running final : public Accumulator {
 public:
  Running(std::size_t steps, const Notes& notes) : notes_(notes), states_(steps) {}

  void add(const Series& series) override {
    addNumbers(series.points);
    for (std::size_t i = 0; i < series.histograms.size(); ++i) {
      if (series.hasHistogram(i)) addHistogram(series, i);
    }
  }

  void giveResult(Series& result) override {
    for (std::size_t i = 0; i < states_.size(); ++i) {
      if (isSpoilt(i)) continue;
      const bool anyHistogram = !totals_.empty() && totals_[i].any();
      if (anyHistogram && states_.any(i)) {
        notes_.mixed();
      } else if (anyHistogram) {
        result.set(i, {kAbsent, totals_[i].result()});
      } else if (states_.any(i)) {
        result.points[i] = states_.result(i);
      }
    }
  }

 private:
  void addNumbers(const Column& points) {
    if (totals_.empty()) return states_.add(points);
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (isPresent(points[i]) && !isSpoilt(i)) states_.add(i, points[i]);
    }
  }

  bool isSpoilt(std::size_t step) const { return !totals_.empty() && totals_[step].isSpoilt(); }

  void addHistogram(const Series& series, std::size_t step) {
    if constexpr (kHistograms == Histograms::kCount) {
      states_.add(step, 0);
    } else if constexpr (kHistograms == Histograms::kIgnore) {
      notes_.ignoredHistogram();
    } else {
      totals_.resize(states_.size());
      totals_[step].add(*series.histogram(step), kHistograms == Histograms::kMean,
                        states_.any(step), series, notes_);
    }
  }

  Notes notes_;
  States states_;
  std::vector<HistogramTotal> totals_;  // empty until there is a histogram
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

std::unique_ptr<Accumulator> makeAccumulator(TokenKind op, std::size_t steps, const Notes& notes) {
  switch (op) {
    case TokenKind::kSum:
      return std::make_unique<Running<Sums, Histograms::kSum>>(steps, notes);
    case TokenKind::kAvg:
      return std::make_unique<Running<StatesOf<Average>, Histograms::kMean>>(steps, notes);
    case TokenKind::kCount:
      return std::make_unique<Running<StatesOf<Count>, Histograms::kCount>>(steps, notes);
    case TokenKind::kMin:
      return std::make_unique<Running<StatesOf<Extreme<false>>, Histograms::kIgnore>>(steps, notes);
    case TokenKind::kMax:
      return std::make_unique<Running<StatesOf<Extreme<true>>, Histograms::kIgnore>>(steps, notes);
    case TokenKind::kGroup:
      return std::make_unique<Running<StatesOf<Presence>, Histograms::kCount>>(steps, notes);
    case TokenKind::kStddev:
      return std::make_unique<Running<StatesOf<Deviation>, Histograms::kIgnore>>(steps, notes);
    default:
      return std::make_unique<Running<StatesOf<Variance>, Histograms::kIgnore>>(steps, notes);
  }
}

}  // namespace

bool RunningAggregation::isOne(TokenKind op) { return !takesParameter(op); }

RunningAggregation::RunningAggregation(QueryState& state, const Aggregation& aggregation,
                                       std::size_t steps)
    : state_(state),
      aggregation_(aggregation),
      grouping_(aggregation.labels, !aggregation.without),
      steps_(steps) {}

void RunningAggregation::add(const Series& series) {
  const auto [at, isNew] = places_.try_emplace(grouping_.key(series.labels), groups_.size());
  if (isNew) {
    state_.budget.hold(steps_);
    groups_.push_back(
        {grouping_.chosen(series.labels), series.dropsName,
         makeAccumulator(aggregation_.op, steps_, Notes(state_.annotations, aggregation_))});
  }
  groups_[at->second].accumulator->add(series);
}

Matrix RunningAggregation::result() {
  Matrix matrix;
  matrix.reserve(groups_.size());
  for (Group& group : groups_) {
    Series series = emptySeries(std::move(group.labels), steps_);
    series.dropsName = group.dropsName;
    group.accumulator->giveResult(series);
    group.accumulator.reset();
    if (series.hasAny()) matrix.push_back(std::move(series));
  }
  return matrix;
}

}  // namespace orchestrator_exporter::promql
