#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "metrics/promql/functions/step_windows.h"
#include "metrics/promql/syntax/expression.h"
#include "metrics/promql/values/annotations.h"
#include "metrics/promql/values/budget.h"
#include "metrics/promql/values/series.h"

namespace orchestrator_exporter::promql {

// What a function may ask of the evaluation that calls it.
class CallContext {
 public:
  virtual ~CallContext() = default;

  virtual const Call& call() const = 0;
  virtual const Steps& steps() const = 0;
  virtual Annotations& annotations() = 0;
  virtual Budget& budget() = 0;
  // Whether names are only marked as dropped until the query is done.
  virtual bool delaysNameRemoval() const = 0;

  // The arguments; a column has a value for each step.
  virtual Matrix vector(std::size_t argument) = 0;
  virtual Column scalar(std::size_t argument) = 0;
  // As vector(), with the time of each sample (seconds) in the place of its value, if the argument
  // is a plain selector; else the time of the step.
  virtual Matrix sampleTimes(std::size_t argument) = 0;
  // What another selector gives at the steps, and the times of the samples. No sample is read that
  // lies outside of the time that the first selector in argument 0 looks at.
  virtual Matrix select(const std::vector<LabelMatcher>& matchers) = 0;
  virtual Matrix selectTimes(const std::vector<LabelMatcher>& matchers) = 0;

  // Without parentheses around it.
  const Expression& argument(std::size_t index) const {
    return withoutParentheses(*call().arguments[index]);
  }
  std::size_t size() const { return call().arguments.size(); }
  const std::string& string(std::size_t index) const {
    return std::get<StringLiteral>(argument(index).node).value;
  }
  void dropName(Series& series) const {
    if (delaysNameRemoval()) {
      series.dropsName = true;
    } else {
      series.labels = series.labels.withoutName();
    }
  }
};

// A function of vectors and scalars.
struct VectorFunction {
  std::string_view name;
  Matrix (*call)(CallContext& context);
};

// The samples of one series that a range selector sees at one step, stale markers left out; never
// none of both kinds. Times are milliseconds.
struct Window {
  std::span<const std::int64_t> times;
  std::span<const double> values;
  // Where in `values` the value fell, ascending; for counters only.
  std::span<const std::uint32_t> drops;
  std::int64_t start = 0;  // samples are later than this
  std::int64_t end = 0;    // and not later than this
  std::int64_t time = 0;   // of the step
  // The samples that are histograms, beside the numbers.
  std::span<const std::int64_t> histogramTimes = {};
  std::span<const HistogramPointer> histograms = {};

  std::size_t size() const { return values.size(); }
};

struct RangeCall {
  std::span<const double> scalars;  // the other arguments at the step
  const Call& call;
  Annotations& annotations;
  std::string_view metricName;

  // Where annotations about the samples are: the first argument.
  PositionRange position() const;
};

// A function of the samples in a window; kAbsent if it has no value.
struct RangeFunction {
  using OfNumbers = double (*)(const Window& window, const RangeCall& call);
  using OfHistograms = Element (*)(const Window& window, const RangeCall& call);

  std::string_view name;
  OfNumbers value;  // of windows without histograms
  // Of those with some. Null: as of the numbers alone, with an info.
  OfHistograms ofHistograms = nullptr;
  bool keepsName = false;
  bool takesCounters = false;  // needs Window::drops
  // Throws QueryError for scalars that are invalid, whatever the window has; null: all are valid.
  void (*check)(const RangeCall& call) = nullptr;
  // Of series without histograms, for what most queries are made of: quicker than step by step, and
  // the same. What the windows refer to must outlive it. Null: there is none.
  std::unique_ptr<OverSteps> (*overSteps)(const StepWindows& windows) = nullptr;
};

// Null if there is none of this name.
const VectorFunction* findVectorFunction(std::string_view name);
const RangeFunction* findRangeFunction(std::string_view name);

}  // namespace orchestrator_exporter::promql
