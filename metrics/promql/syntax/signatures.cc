#include "metrics/promql/syntax/signatures.h"

#include <unordered_map>

namespace orchestrator_exporter::promql {

namespace {

constexpr ValueType kScalar = ValueType::kScalar;
constexpr ValueType kString = ValueType::kString;
constexpr ValueType kVector = ValueType::kVector;
constexpr ValueType kMatrix = ValueType::kMatrix;
constexpr bool kExperimental = true;
constexpr bool kDependsOnTime = true;

const std::vector<Signature>& signatures() {
  static const auto* const all = new std::vector<Signature>{
      {"abs", {kVector}},
      {"absent", {kVector}},
      {"absent_over_time", {kMatrix}},
      {"acos", {kVector}},
      {"acosh", {kVector}},
      {"asin", {kVector}},
      {"asinh", {kVector}},
      {"atan", {kVector}},
      {"atanh", {kVector}},
      {"avg_over_time", {kMatrix}},
      {"ceil", {kVector}},
      {"changes", {kMatrix}},
      {"clamp", {kVector, kScalar, kScalar}},
      {"clamp_max", {kVector, kScalar}},
      {"clamp_min", {kVector, kScalar}},
      {"cos", {kVector}},
      {"cosh", {kVector}},
      {"count_over_time", {kMatrix}},
      {"day_of_month", {kVector}, kVector, 1, false, kDependsOnTime},
      {"day_of_week", {kVector}, kVector, 1, false, kDependsOnTime},
      {"day_of_year", {kVector}, kVector, 1, false, kDependsOnTime},
      {"days_in_month", {kVector}, kVector, 1, false, kDependsOnTime},
      {"deg", {kVector}},
      {"delta", {kMatrix}},
      {"deriv", {kMatrix}},
      {"double_exponential_smoothing", {kMatrix, kScalar, kScalar}, kVector, 0, kExperimental},
      {"exp", {kVector}},
      {"floor", {kVector}},
      {"histogram_avg", {kVector}},
      {"histogram_count", {kVector}},
      {"histogram_fraction", {kScalar, kScalar, kVector}},
      {"histogram_quantile", {kScalar, kVector}},
      {"histogram_stddev", {kVector}},
      {"histogram_stdvar", {kVector}},
      {"histogram_sum", {kVector}},
      {"hour", {kVector}, kVector, 1, false, kDependsOnTime},
      {"idelta", {kMatrix}},
      {"increase", {kMatrix}},
      {"info", {kVector, kVector}, kVector, 1, kExperimental},
      {"irate", {kMatrix}},
      {"label_join", {kVector, kString, kString, kString}, kVector, Signature::kAnyNumber},
      {"label_replace", {kVector, kString, kString, kString, kString}},
      {"last_over_time", {kMatrix}},
      {"ln", {kVector}},
      {"log10", {kVector}},
      {"log2", {kVector}},
      {"mad_over_time", {kMatrix}, kVector, 0, kExperimental},
      {"max_over_time", {kMatrix}},
      {"min_over_time", {kMatrix}},
      {"minute", {kVector}, kVector, 1, false, kDependsOnTime},
      {"month", {kVector}, kVector, 1, false, kDependsOnTime},
      {"pi", {}, kScalar},
      {"predict_linear", {kMatrix, kScalar}, kVector, 0, false, kDependsOnTime},
      {"present_over_time", {kMatrix}},
      {"quantile_over_time", {kScalar, kMatrix}},
      {"rad", {kVector}},
      {"rate", {kMatrix}},
      {"resets", {kMatrix}},
      {"round", {kVector, kScalar}, kVector, 1},
      {"scalar", {kVector}, kScalar},
      {"sgn", {kVector}},
      {"sin", {kVector}},
      {"sinh", {kVector}},
      {"sort", {kVector}},
      {"sort_by_label", {kVector, kString}, kVector, Signature::kAnyNumber, kExperimental},
      {"sort_by_label_desc", {kVector, kString}, kVector, Signature::kAnyNumber, kExperimental},
      {"sort_desc", {kVector}},
      {"sqrt", {kVector}},
      {"stddev_over_time", {kMatrix}},
      {"stdvar_over_time", {kMatrix}},
      {"sum_over_time", {kMatrix}},
      {"tan", {kVector}},
      {"tanh", {kVector}},
      {"time", {}, kScalar, 0, false, kDependsOnTime},
      {"timestamp", {kVector}, kVector, 0, false, kDependsOnTime},
      {"ts_of_last_over_time", {kMatrix}, kVector, 0, kExperimental},
      {"ts_of_max_over_time", {kMatrix}, kVector, 0, kExperimental},
      {"ts_of_min_over_time", {kMatrix}, kVector, 0, kExperimental},
      {"vector", {kScalar}},
      {"year", {kVector}, kVector, 1, false, kDependsOnTime},
  };
  return *all;
}

}  // namespace

std::string_view documentedName(ValueType type) {
  switch (type) {
    case ValueType::kVector:
      return "instant vector";
    case ValueType::kMatrix:
      return "range vector";
    default:
      return shortName(type);
  }
}

std::string_view shortName(ValueType type) {
  switch (type) {
    case ValueType::kScalar:
      return "scalar";
    case ValueType::kString:
      return "string";
    case ValueType::kVector:
      return "vector";
    default:
      return "matrix";
  }
}

const Signature* findFunction(std::string_view name) {
  static const auto* const byName = [] {
    auto* map = new std::unordered_map<std::string_view, const Signature*>;
    for (const Signature& signature : signatures()) map->emplace(signature.name, &signature);
    return map;
  }();
  const auto found = byName->find(name);
  return found == byName->end() ? nullptr : found->second;
}

}  // namespace orchestrator_exporter::promql
