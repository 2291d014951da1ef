#include "metrics/promql/functions/presence.h"

#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include "metrics/promql/functions/families.h"

namespace orchestrator_exporter::promql {

namespace {

Matrix absent(CallContext& context) {
  Column points(context.steps().count(), 1);
  for (const Series& series : context.vector(0)) {
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (series.has(i)) points[i] = kAbsent;
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

// As Prometheus looks series up: first by the matchers that choose some, then by those that only
// exclude some.
std::vector<const LabelMatcher*> inOrderOfUse(const std::vector<LabelMatcher>& matchers) {
  std::set<std::string_view> needed;
  for (const LabelMatcher& matcher : matchers) {
    if (!matcher.matchesEmpty()) needed.insert(matcher.name());
  }
  std::vector<const LabelMatcher*> ordered;
  for (const LabelMatcher& matcher : matchers) ordered.push_back(&matcher);
  std::stable_partition(ordered.begin(), ordered.end(), [&needed](const LabelMatcher* matcher) {
    const bool negative = matcher->op() == LabelMatcher::Operator::kNotEqual ||
                          matcher->op() == LabelMatcher::Operator::kMatchesNot;
    return needed.contains(matcher->name()) && !(negative && matcher->matchesEmpty());
  });
  return ordered;
}

constexpr std::array<VectorFunction, 2> kFunctions = {{{"absent", absent}, {"vector", vector}}};

}  // namespace

LabelSet absentLabels(const Expression& argument) {
  LabelSet labels;
  const auto* const selector = std::get_if<Selector>(&withoutParentheses(argument).node);
  if (selector == nullptr) return labels;
  std::set<std::string_view> seen;
  for (const LabelMatcher* matcher : inOrderOfUse(selector->matchers)) {
    if (matcher->name() == kNameLabel) continue;
    if (matcher->op() == LabelMatcher::Operator::kEqual && seen.insert(matcher->name()).second) {
      labels.set(matcher->name(), matcher->value());
    } else {
      labels.remove(matcher->name());
    }
  }
  return labels;
}

std::span<const VectorFunction> presenceFunctions() { return kFunctions; }

}  // namespace orchestrator_exporter::promql
