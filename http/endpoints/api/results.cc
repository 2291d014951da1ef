#include "http/endpoints/api/results.h"

#include <algorithm>

#include "http/endpoints/api/json_text.h"
#include "metrics/base/number_format.h"

namespace orchestrator_exporter::http {
namespace {

// [time,"value"]
void appendPoint(TextBuffer& out, const promql::Point& point) {
  out.append('[');
  appendJsonTime(out, point.time);
  out.append(",\"");
  appendSampleValue(out, point.value);
  out.append("\"]");
}

// As a point, but never with an exponent.
void appendScalar(TextBuffer& out, const promql::Point& point) {
  out.append('[');
  appendJsonTime(out, point.time);
  out.append(",\"");
  appendFixed(out, point.value);
  out.append("\"]");
}

void appendVector(TextBuffer& out, const std::vector<promql::ResultSeries>& all,
                  std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    out.append(i == 0 ? "{\"metric\":" : ",{\"metric\":");
    appendJsonLabels(out, *all[i].labels);
    out.append(",\"value\":");
    appendPoint(out, all[i].points.front());
    out.append('}');
  }
}

void appendMatrix(TextBuffer& out, const std::vector<promql::ResultSeries>& all,
                  std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    out.append(i == 0 ? "{\"metric\":" : ",{\"metric\":");
    appendJsonLabels(out, *all[i].labels);
    char before = '[';
    out.append(",\"values\":");
    for (const promql::Point& point : all[i].points) {
      out.append(before);
      appendPoint(out, point);
      before = ',';
    }
    out.append("]}");
  }
}

void appendString(TextBuffer& out, const promql::QueryResult& result) {
  out.append('[');
  appendJsonTime(out, result.scalar.time);
  out.append(',');
  appendJsonString(out, result.text);
  out.append(']');
}

}  // namespace

ApiAnswer apiAnswerOf(const promql::QueryResult& result, std::size_t limit) {
  ApiAnswer answer;
  answer.warnings = result.warnings;
  answer.infos = result.infos;
  std::size_t count = result.series.size();
  if (limit != 0 && count > limit) {
    count = limit;
    answer.warnings.emplace_back("results truncated due to limit");
  }
  TextBuffer& out = answer.data;
  switch (result.type) {
    case promql::ValueType::kVector:
      out.append(R"({"resultType":"vector","result":[)");
      appendVector(out, result.series, count);
      out.append("]}");
      break;
    case promql::ValueType::kMatrix:
      out.append(R"({"resultType":"matrix","result":[)");
      appendMatrix(out, result.series, count);
      out.append("]}");
      break;
    case promql::ValueType::kScalar:
      out.append(R"({"resultType":"scalar","result":)");
      appendScalar(out, result.scalar);
      out.append('}');
      break;
    case promql::ValueType::kString:
      out.append(R"({"resultType":"string","result":)");
      appendString(out, result);
      out.append('}');
      break;
  }
  return answer;
}

}  // namespace orchestrator_exporter::http
