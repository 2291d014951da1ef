#include "http/endpoints/api/selectors.h"

#include <algorithm>

#include "http/endpoints/api/answer.h"
#include "metrics/promql/syntax/parser.h"

namespace orchestrator_exporter::http {
namespace {

std::vector<LabelMatcher> selectorOf(const std::string& text) {
  std::vector<LabelMatcher> matchers;
  try {
    matchers = promql::parseSelector(text);
  } catch (const promql::ParseError& error) {
    throw ApiError(ApiError::Type::kBadData,
                   std::string("invalid parameter \"match[]\": ") + error.what());
  }
  if (std::all_of(matchers.begin(), matchers.end(),
                  [](const LabelMatcher& matcher) { return matcher.matchesEmpty(); })) {
    throw ApiError(ApiError::Type::kBadData,
                   "invalid parameter \"match[]\": match[] must contain at least one non-empty "
                   "matcher");
  }
  return matchers;
}

}  // namespace

std::vector<std::vector<LabelMatcher>> selectorsOf(const ApiParameters& parameters) {
  std::vector<std::vector<LabelMatcher>> selectors;
  for (const std::string& text : parameters.all("match[]")) selectors.push_back(selectorOf(text));
  return selectors;
}

}  // namespace orchestrator_exporter::http
