#include "http/endpoints/api/selectors.h"

#include <algorithm>

#include "http/endpoints/api/answer.h"
#include "metrics/promql/syntax/parser.h"

namespace orchestrator_exporter::http {
namespace {

std::vector<LabelMatcher> selectorOf(const std::string& text, const std::string& before) {
  const auto refuse = [&before](const std::string& reason) -> ApiError {
    return {ApiError::Type::kBadData, before + reason};
  };
  try {
    std::vector<LabelMatcher> matchers = promql::parseSelector(text);
    if (!std::ranges::all_of(matchers, &LabelMatcher::matchesEmpty)) return matchers;
  } catch (const promql::ParseError& error) {
    throw refuse(error.what());
  }
  throw refuse("match[] must contain at least one non-empty matcher");
}

}  // namespace

std::vector<std::vector<LabelMatcher>> selectorsOf(const ApiParameters& parameters,
                                                   const std::string& before) {
  std::vector<std::vector<LabelMatcher>> selectors;
  for (const std::string& text : parameters.all("match[]")) {
    selectors.push_back(selectorOf(text, before));
  }
  return selectors;
}

}  // namespace orchestrator_exporter::http
