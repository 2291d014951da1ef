#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "metrics/analysis/signals.h"
#include "metrics/history.h"
#include "metrics/promql/engine.h"
#include "metrics/statistics/observations.h"

namespace orchestrator_exporter::analysis {

// One series of a signal: values at ascending times in ms. What is not known or not finite is NaN.
struct Track {
  Signal signal;
  LabelSet labels;  // without the metric's name
  std::vector<std::int64_t> times = {};
  std::vector<double> values = {};

  statistics::Observations observations() const { return {values, times}; }
  // The samples in (after, until].
  statistics::Observations between(std::int64_t after, std::int64_t until) const;
  // The usual distance of two samples, ms; 0 below two.
  std::int64_t spacing() const;
};

// When to look at a signal: at start, start + step, … up to end, ms.
struct Grid {
  std::int64_t start = 0;
  std::int64_t end = 0;
  std::int64_t step = 60'000;
};

// Where signals are evaluated.
struct Question {
  const History& history;
  const promql::Engine& engine;
};

// The series of a signal, by their labels; at times without a value there is NaN. Those that rules
// record have the name in their label `signal`; those of an expression that selects several metrics
// have that of their metric. Throws what the engine throws.
std::vector<Track> evaluate(const Question& question, const Signal& signal, const Grid& grid);

// Means over equal steps that begin at whole multiples of `step`; a step without values is NaN. The
// time of each is its step's beginning.
Track inSteps(const Track& track, std::int64_t step);

// What tells the series of a signal apart: its name, with the labels that differ between `all`.
std::string trackName(const Track& track, const std::vector<Track>& all);

}  // namespace orchestrator_exporter::analysis
