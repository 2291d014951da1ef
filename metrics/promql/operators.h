#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "metrics/promql/syntax/expression.h"
#include "metrics/promql/syntax/token.h"
#include "metrics/promql/values/annotations.h"
#include "metrics/promql/values/series.h"

namespace orchestrator_exporter::promql {

// A binary operator between two numbers: the result, or of a comparison that holds the left one and
// of one that does not kAbsent.
double applyOperator(TokenKind op, double left, double right);

// As applyOperator, but 1 or 0 of a comparison.
double applyBool(TokenKind op, double left, double right);

// A binary operator between elements of which one at least is a histogram. What it cannot combine
// has no result, and is remembered for each step: of several the last, as in Prometheus.
class HistogramOperator {
 public:
  HistogramOperator(const BinaryOperation& operation, std::size_t steps)
      : operation_(operation), steps_(steps) {}

  Element apply(std::size_t step, Element left, Element right);
  void report(Annotations& annotations, PositionRange position) const;

 private:
  struct Note {
    std::string warning;
    std::string info;
  };

  Element applyToBoth(std::size_t step, const HistogramPointer& left,
                      const HistogramPointer& right);
  Element compared(bool holds, const HistogramPointer& left) const;
  Element refuse(std::size_t step, bool leftIsHistogram, bool rightIsHistogram);
  Note& note(std::size_t step);

  const BinaryOperation& operation_;
  std::size_t steps_;
  std::vector<Note> notes_;  // by step; empty if there are none
};

// Whether elements lose their metric's name by it.
inline bool dropsName(TokenKind op, bool returnBool) { return returnBool || !isComparison(op); }

}  // namespace orchestrator_exporter::promql
