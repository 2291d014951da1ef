#include "metrics/promql/functions/presence.h"

#include <array>
#include <set>

#include "metrics/promql/functions/families.h"

namespace orchestrator_exporter::promql {

namespace {

Matrix absent(CallContext& context) {
  Column points(context.steps().count(), 1);
  for (const Series& series : context.vector(0)) {
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (isPresent(series.points[i])) points[i] = kAbsent;
    }
  }
  Matrix matrix;
  matrix.push_back({Labels(absentLabels(context.argument(0))), std::move(points)});
  mergeDuplicates(matrix);
  return matrix;
}

Matrix vector(CallContext& context) {
  Matrix matrix;
  matrix.push_back({Labels(), context.scalar(0)});
  return matrix;
}

constexpr std::array<VectorFunction, 2> kFunctions = {{{"absent", absent}, {"vector", vector}}};

}  // namespace

LabelSet absentLabels(const Expression& argument) {
  LabelSet labels;
  const auto* const selector = std::get_if<Selector>(&withoutParentheses(argument).node);
  if (selector == nullptr) return labels;
  std::set<std::string_view> seen;
  for (const LabelMatcher& matcher : selector->matchers) {
    if (matcher.name() == kNameLabel) continue;
    const bool plain = matcher.op() == LabelMatcher::Operator::kEqual;
    if (seen.insert(matcher.name()).second && plain) {
      labels.set(matcher.name(), matcher.value());
    } else {
      labels.remove(matcher.name());
    }
  }
  return labels;
}

std::span<const VectorFunction> presenceFunctions() { return kFunctions; }

}  // namespace orchestrator_exporter::promql
