#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "metrics/promql/grouping.h"
#include "metrics/promql/query_state.h"
#include "metrics/promql/syntax/expression.h"
#include "metrics/promql/values/series.h"

namespace orchestrator_exporter::promql {

// Takes in the series of one group, one after the other.
class Accumulator {
 public:
  virtual ~Accumulator() = default;
  virtual void add(const Series& series) = 0;
  // Into a series without any elements.
  virtual void giveResult(Series& result) = 0;
};

// An aggregation that needs no more of a series than to have seen it once: sum, avg, count, min,
// max, group, stddev, stdvar. So its elements need not be held together.
class RunningAggregation {
 public:
  static bool isOne(TokenKind op);

  RunningAggregation(QueryState& state, const Aggregation& aggregation, std::size_t steps);

  void add(const Series& series);
  Matrix result();

 private:
  struct Group {
    Labels labels;
    bool dropsName = false;
    std::unique_ptr<Accumulator> accumulator;
  };

  QueryState& state_;
  const Aggregation& aggregation_;
  Grouping grouping_;
  std::size_t steps_;
  std::unordered_map<std::string, std::size_t> places_;
  std::vector<Group> groups_;
};

}  // namespace orchestrator_exporter::promql
