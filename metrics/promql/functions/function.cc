#include "metrics/promql/functions/function.h"

#include <unordered_map>

#include "metrics/promql/functions/families.h"

namespace orchestrator_exporter::promql {

namespace {

template <class Function>
using ByName = std::unordered_map<std::string_view, const Function*>;

template <class Function>
const ByName<Function>* index(std::initializer_list<std::span<const Function>> families) {
  auto* all = new ByName<Function>;
  for (const auto family : families) {
    for (const Function& function : family) all->emplace(function.name, &function);
  }
  return all;
}

template <class Function>
const Function* find(const ByName<Function>& all, std::string_view name) {
  const auto found = all.find(name);
  return found == all.end() ? nullptr : found->second;
}

}  // namespace

PositionRange RangeCall::position() const {
  // Prometheus knows no place of a subquery.
  const Expression& first = withoutParentheses(*call.arguments.front());
  return std::holds_alternative<Subquery>(first.node) ? PositionRange() : first.position;
}

const VectorFunction* findVectorFunction(std::string_view name) {
  static const auto* const all = index<VectorFunction>(
      {mathFunctions(), timeFunctions(), labelFunctions(), histogramFunctions(), sortFunctions(),
       presenceFunctions(), infoFunctions()});
  return find(*all, name);
}

const RangeFunction* findRangeFunction(std::string_view name) {
  static const auto* const all =
      index<RangeFunction>({rateFunctions(), overTimeFunctions(), trendFunctions()});
  return find(*all, name);
}

}  // namespace orchestrator_exporter::promql
