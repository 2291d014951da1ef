#include "metrics/pipeline/series_match.h"

#include <algorithm>
#include <stdexcept>

#include "metrics/base/words.h"
#include "metrics/promql/syntax/parser.h"

namespace orchestrator_exporter::pipeline {

namespace {

constexpr std::string_view kName = "__name__";

// Where the matchers begin, the size if there are none. A brace before a number belongs to the
// expression, as in a{2}.
std::size_t matchersIn(std::string_view text) {
  std::size_t at = text.find('{');
  while (at + 1 < text.size() && text[at + 1] >= '0' && text[at + 1] <= '9') {
    at = text.find('{', at + 1);
  }
  return std::min(at, text.size());
}

}  // namespace

SeriesMatch::SeriesMatch(std::string_view text) {
  const std::size_t brace = matchersIn(text);
  const bool hasMatchers = brace < text.size();
  const std::string name(withoutOuterSpace(text.substr(0, brace)));
  if (name.empty() && !hasMatchers) throw std::invalid_argument("expected a name or a selector");
  if (!name.empty()) {
    matchers_.emplace_back(std::string(kName), LabelMatcher::Operator::kMatches, name);
  }
  if (!hasMatchers) return;
  try {
    // A selector may not be without a condition that only the name makes here.
    const auto parsed = promql::parseSelector("x" + std::string(text.substr(brace)));
    std::copy_if(parsed.begin(), parsed.end(), std::back_inserter(matchers_),
                 [](const LabelMatcher& matcher) {
                   return matcher.name() != kName || matcher.value() != "x";
                 });
  } catch (const std::invalid_argument&) {
    throw;
  } catch (const std::exception& error) {
    throw std::invalid_argument("expected a name and matchers, or a selector: " +
                                std::string(error.what()));
  }
}

bool SeriesMatch::matches(const LabelSet& labels) const {
  return std::all_of(matchers_.begin(), matchers_.end(), [&](const LabelMatcher& matcher) {
    return matcher.matches(labels.get(matcher.name()));
  });
}

bool matchesAny(const std::vector<SeriesMatch>& all, const LabelSet& labels) {
  return std::any_of(all.begin(), all.end(),
                     [&](const SeriesMatch& each) { return each.matches(labels); });
}

}  // namespace orchestrator_exporter::pipeline
