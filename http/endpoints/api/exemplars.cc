#include "http/endpoints/api/exemplars.h"

#include <utility>
#include <vector>

#include "http/endpoints/api/answer.h"
#include "http/endpoints/api/json_text.h"
#include "metrics/base/number_format.h"
#include "metrics/history.h"

namespace orchestrator_exporter::http {
namespace {

using history::Exemplars;
using Type = ApiError::Type;

// The matchers of each selector in a query.
std::vector<std::vector<LabelMatcher>> selectorsOf(std::string_view query,
                                                   const promql::ParseOptions& language) {
  try {
    std::vector<std::vector<LabelMatcher>> selectors;
    const promql::ExpressionPtr expression = promql::parse(query, language);
    for (const promql::Selector* selector : promql::selectorsIn(*expression)) {
      selectors.push_back(selector->matchers);
    }
    return selectors;
  } catch (const promql::ParseError& error) {
    throw ApiError(Type::kBadData, error.what());
  }
}

void append(TextBuffer& out, const Exemplars::One& exemplar) {
  out.append("{\"labels\":");
  appendJsonLabels(out, exemplar.labels);
  out.append(",\"value\":\"");
  appendSampleValue(out, exemplar.value);
  out.append("\",\"timestamp\":");
  appendJsonTime(out, exemplar.time);
  out.append('}');
}

void append(TextBuffer& out, const Exemplars::OfSeries& found) {
  out.append("{\"seriesLabels\":");
  appendJsonLabels(out, found.series);
  char before = '[';
  out.append(",\"exemplars\":");
  for (const Exemplars::One& exemplar : found.exemplars) {
    out.append(before);
    append(out, exemplar);
    before = ',';
  }
  out.append("]}");
}

ApiAnswer answer(const Exemplars* exemplars, const promql::ParseOptions& language,
                 const ApiParameters& parameters) {
  const std::int64_t start = parameters.optionalTime("start").value_or(Selection::kOldest);
  const std::int64_t end = parameters.optionalTime("end").value_or(Selection::kNewest);
  if (end < start) {
    throw ApiError(Type::kBadData, "end timestamp must not be before start timestamp");
  }
  const auto selectors = selectorsOf(parameters.text("query"), language);
  if (selectors.empty()) return {};
  std::vector<Exemplars::OfSeries> found;
  if (exemplars != nullptr) found = exemplars->select(selectors, start, end);
  ApiAnswer answer;
  answer.data.append('[');
  for (const Exemplars::OfSeries& one : found) {
    if (&one != &found.front()) answer.data.append(',');
    append(answer.data, one);
  }
  answer.data.append(']');
  return answer;
}

}  // namespace

void addExemplarEndpoint(Router& router, const std::shared_ptr<const history::Exemplars>& exemplars,
                         const promql::ParseOptions& language) {
  addApiEndpoint(router, "query_exemplars", ApiMethods::kGetAndPost,
                 [exemplars, language](const ApiParameters& parameters, const Request&) {
                   return answer(exemplars.get(), language, parameters);
                 });
}

}  // namespace orchestrator_exporter::http
