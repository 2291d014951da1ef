#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/analysis/bottlenecks/bottlenecks.h"
#include "metrics/analysis/tracks.h"

namespace orchestrator_exporter::analysis {

// A group of processes or a control group that takes of a resource.
struct Consumer {
  std::string kind;  // group, cgroup
  std::string name;
  std::string what;  // CPU, resident memory, …
  std::string unit;  // CPUs, bytes, bytes/s, ratio
  double value = 0;
  double share = 0;   // of all of its kind, 0..1
  double growth = 0;  // against the mean of the hour before; all of it if it was not there
};

// Single values of instant queries, for texts. An expression without an answer gives nothing.
class Figures {
 public:
  Figures(const Question& question, std::int64_t time) : question_(question), time_(time) {}

  // The first series' value; NaN if there is none.
  double one(const std::string& expression) const;
  // The largest values with the value of one label, at most `count`.
  std::vector<std::pair<std::string, double>> largest(const std::string& expression,
                                                      std::string_view label,
                                                      std::size_t count = 3) const;
  std::vector<promql::ResultSeries> all(const std::string& expression) const;
  std::int64_t time() const { return time_; }
  const Question& question() const { return question_; }

 private:
  const Question& question_;
  std::int64_t time_;
};

// The three largest takers of cpu, memory or io, of each kind and measure; who grew most first.
// Empty for other resources, and where no such series exist.
std::vector<Consumer> consumersOf(const Figures& figures, const Place& place);

// instance="…" as a matcher, or nothing for a place without one.
std::string onInstance(const Place& place);

}  // namespace orchestrator_exporter::analysis
