#include "http/endpoints/api/names.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <utility>

#include "http/endpoints/api/answer.h"
#include "http/endpoints/api/json_text.h"
#include "http/endpoints/api/selectors.h"
#include "metrics/base/number_parse.h"
#include "metrics/base/utf8.h"
#include "metrics/promql/syntax/literals.h"

namespace orchestrator_exporter::http {
namespace {

constexpr const char* kTruncated = "results truncated due to limit";

// A question about names, with one answer more than may be given, to see whether there are more.
struct Question {
  // What `beforeFault` says goes before what is wrong with a selector.
  explicit Question(const ApiParameters& parameters, const std::string& beforeFault = "")
      : limit(parameters.limit()), any(selectorsOf(parameters, beforeFault)) {
    filter.any = any;
    filter.from = parameters.optionalTime("start").value_or(Selection::kOldest);
    filter.until = parameters.optionalTime("end").value_or(Selection::kNewest);
    filter.limit = limit == 0 ? 0 : limit + 1;
  }
  Question(const Question&) = delete;
  Question& operator=(const Question&) = delete;

  std::size_t limit;
  std::vector<std::vector<LabelMatcher>> any;
  SeriesFilter filter;
};

template <typename Value, typename Append>
ApiAnswer listOf(std::vector<Value> values, std::size_t limit, Append append) {
  ApiAnswer answer;
  if (limit != 0 && values.size() > limit) {
    values.resize(limit);
    answer.warnings.emplace_back(kTruncated);
  }
  answer.data.append('[');
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) answer.data.append(',');
    append(answer.data, values[i]);
  }
  answer.data.append(']');
  return answer;
}

ApiAnswer texts(std::vector<std::string> values, std::size_t limit) {
  return listOf(std::move(values), limit,
                [](TextBuffer& out, const std::string& value) { appendJsonString(out, value); });
}

// A name as it stands in a path: U__ says that each character that no old name may have is written
// as its number in hexadecimal digits between underscores, and an underscore as two. What does not
// follow that stays as it is.
std::string unescapedName(std::string_view name) {
  constexpr std::string_view kPrefix = "U__";
  constexpr std::uint64_t kLastCharacter = 0x10FFFF;
  if (!name.starts_with(kPrefix)) return std::string(name);
  std::string plain;
  for (std::string_view rest = name.substr(kPrefix.size()); !rest.empty();) {
    if (rest.front() != '_') {
      plain += rest.front();
      rest.remove_prefix(1);
    } else if (rest.starts_with("__")) {
      plain += '_';
      rest.remove_prefix(2);
    } else {
      const std::size_t end = rest.find('_', 1);
      if (end == std::string_view::npos) return std::string(name);
      const auto character = parseUnsigned(rest.substr(1, end - 1), 16);
      if (!character || *character > kLastCharacter) return std::string(name);
      appendUtf8(plain, static_cast<char32_t>(*character));
      rest.remove_prefix(end + 1);
    }
  }
  return isUtf8(plain) ? plain : std::string(name);
}

ApiAnswer labelValues(const History& history, const ApiParameters& parameters,
                      const Request& request) {
  constexpr std::string_view kBefore = "/api/v1/label/";
  constexpr std::string_view kBehind = "/values";
  std::string_view path = request.path;
  path.remove_prefix(kBefore.size());
  if (!path.ends_with(kBehind)) throw HttpError(404, "nothing is here");
  path.remove_suffix(kBehind.size());
  const std::string name = unescapedName(path);
  if (name.empty() || !isUtf8(name)) {
    throw ApiError(ApiError::Type::kBadData, "invalid label name: " + promql::quote(name));
  }
  const Question question(parameters);
  return texts(history.labelValues(name, question.filter), question.limit);
}

ApiAnswer series(const History& history, const ApiParameters& parameters) {
  if (parameters.all("match[]").empty()) {
    throw ApiError(ApiError::Type::kBadData, "no match[] parameter provided");
  }
  const Question question(parameters, "invalid parameter \"match[]\": ");
  return listOf(history.series(question.filter), question.limit, appendJsonLabels);
}

// In the order of MetricType.
constexpr std::array<std::string_view, 7> kTypes = {"counter", "gauge", "unknown", "histogram",
                                                    "summary", "info",  "stateset"};

void appendMetadata(TextBuffer& out, const MetricMetadata& metadata) {
  out.append("{\"type\":\"");
  out.append(kTypes.at(static_cast<std::size_t>(metadata.type)));
  out.append("\",\"unit\":");
  appendJsonString(out, metadata.unit);
  out.append(",\"help\":");
  appendJsonString(out, metadata.help);
  out.append('}');
}

ApiAnswer metadata(const History& history, const ApiParameters& parameters) {
  const std::string_view wanted = parameters.text("metric");
  constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
  const std::int64_t limit = parameters.number("limit", kLeast, "a number").value_or(-1);
  const std::int64_t perMetric =
      parameters.number("limit_per_metric", kLeast, "a number").value_or(0);
  std::map<std::string, std::vector<MetricMetadata>> byName;
  for (MetricMetadata& one : history.metadata()) {
    if (!wanted.empty() && one.family != wanted) continue;
    const bool isNew = !byName.contains(one.family);
    if (isNew && limit >= 0 && std::cmp_equal(byName.size(), limit)) continue;
    auto& all = byName[one.family];
    if (perMetric <= 0 || std::cmp_less(all.size(), perMetric)) all.push_back(std::move(one));
  }
  ApiAnswer answer;
  char before = '{';
  for (const auto& [name, all] : byName) {
    answer.data.append(before);
    before = ',';
    appendJsonString(answer.data, name);
    answer.data.append(':');
    for (std::size_t i = 0; i < all.size(); ++i) {
      answer.data.append(i == 0 ? '[' : ',');
      appendMetadata(answer.data, all[i]);
    }
    answer.data.append(']');
  }
  answer.data.append(byName.empty() ? "{}" : "}");
  return answer;
}

}  // namespace

void addNameEndpoints(Router& router, const std::shared_ptr<const History>& history) {
  addApiEndpoint(router, "labels", ApiMethods::kGetAndPost,
                 [history](const ApiParameters& parameters, const Request&) {
                   const Question question(parameters);
                   return texts(history->labelNames(question.filter), question.limit);
                 });
  addApiEndpoint(router, "label/*", ApiMethods::kGet,
                 [history](const ApiParameters& parameters, const Request& request) {
                   return labelValues(*history, parameters, request);
                 });
  addApiEndpoint(router, "series", ApiMethods::kGetAndPost,
                 [history](const ApiParameters& parameters, const Request&) {
                   return series(*history, parameters);
                 });
  addApiEndpoint(router, "metadata", ApiMethods::kGet,
                 [history](const ApiParameters& parameters, const Request&) {
                   return metadata(*history, parameters);
                 });
}

}  // namespace orchestrator_exporter::http
