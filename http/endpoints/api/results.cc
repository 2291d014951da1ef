#include "http/endpoints/api/results.h"

#include <string>
#include <utility>

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

void appendQuoted(TextBuffer& out, double value) {
  out.append('"');
  appendSampleValue(out, value);
  out.append('"');
}

// [boundaries,"lower","upper","count"], where the boundaries are 0 if only the upper bound belongs
// to the bucket, 1 if only the lower, 2 if none, 3 if both.
void appendBucket(TextBuffer& out, const FloatHistogram::Range& range) {
  constexpr std::string_view kBoundaries = "2013";
  const std::size_t which = (range.lowerClosed ? 2U : 0U) + (range.upperClosed ? 1U : 0U);
  out.append('[');
  out.append(kBoundaries[which]);
  for (const double number : {range.lower, range.upper, range.count}) {
    out.append(',');
    appendQuoted(out, number);
  }
  out.append(']');
}

// [time,{"count":"4","sum":"7","buckets":[...]}], without empty buckets.
void appendHistogram(TextBuffer& out, const promql::HistogramPoint& point) {
  out.append('[');
  appendJsonTime(out, point.time);
  out.append(",{\"count\":");
  appendQuoted(out, point.histogram->count);
  out.append(",\"sum\":");
  appendQuoted(out, point.histogram->sum);
  std::string_view before = ",\"buckets\":[";
  for (const FloatHistogram::Range& range : point.histogram->disjointRanges()) {
    if (range.count == 0) continue;
    out.append(before);
    appendBucket(out, range);
    before = ",";
  }
  out.append(before == "," ? "]}]" : "}]");
}

// ,"key":[...], or nothing if there are none.
template <class Points, class Append>
void appendPoints(TextBuffer& out, std::string_view key, const Points& points, Append append) {
  if (points.empty()) return;
  out.append(key);
  char before = '[';
  for (const auto& point : points) {
    out.append(before);
    append(out, point);
    before = ',';
  }
  out.append(']');
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
    if (all[i].histograms.empty()) {
      out.append(",\"value\":");
      appendPoint(out, all[i].points.front());
    } else {
      out.append(",\"histogram\":");
      appendHistogram(out, all[i].histograms.front());
    }
    out.append('}');
  }
}

void appendMatrix(TextBuffer& out, const std::vector<promql::ResultSeries>& all,
                  std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    out.append(i == 0 ? "{\"metric\":" : ",{\"metric\":");
    appendJsonLabels(out, *all[i].labels);
    appendPoints(out, ",\"values\":", all[i].points, appendPoint);
    appendPoints(out, ",\"histograms\":", all[i].histograms, appendHistogram);
    out.append('}');
  }
}

void appendString(TextBuffer& out, const promql::QueryResult& result) {
  out.append('[');
  appendJsonTime(out, result.scalar.time);
  out.append(',');
  appendJsonString(out, result.text);
  out.append(']');
}

// ,"stats":{...}, times in seconds.
void appendStatistics(TextBuffer& out, const promql::QueryStatistics& statistics,
                      std::chrono::nanoseconds waited) {
  const auto evaluation = statistics.preparation + statistics.evaluation + statistics.sorting;
  const std::pair<std::string_view, std::chrono::nanoseconds> times[] = {
      {"evalTotalTime", evaluation},
      {"resultSortTime", statistics.sorting},
      {"queryPreparationTime", statistics.preparation},
      {"innerEvalTime", statistics.evaluation},
      {"execQueueTime", waited},
      {"execTotalTime", waited + evaluation}};
  std::string_view before = ",\"stats\":{\"timings\":{\"";
  for (const auto& [name, time] : times) {
    out.append(before);
    out.append(name);
    out.append("\":");
    appendFixed(out, std::chrono::duration<double>(time).count());
    before = ",\"";
  }
  out.append("},\"samples\":{\"totalQueryableSamples\":");
  out.append(std::to_string(statistics.seenSamples));
  out.append(",\"peakSamples\":");
  out.append(std::to_string(statistics.peakSamples));
  out.append("}}");
}

void appendResult(TextBuffer& out, const promql::QueryResult& result, std::size_t count) {
  switch (result.type) {
    case promql::ValueType::kVector:
      out.append('[');
      appendVector(out, result.series, count);
      return out.append(']');
    case promql::ValueType::kMatrix:
      out.append('[');
      appendMatrix(out, result.series, count);
      return out.append(']');
    case promql::ValueType::kScalar:
      return appendScalar(out, result.scalar);
    case promql::ValueType::kString:
      return appendString(out, result);
  }
}

}  // namespace

ApiAnswer apiAnswerOf(const promql::QueryResult& result, std::size_t limit,
                      std::optional<std::chrono::nanoseconds> waited) {
  ApiAnswer answer;
  answer.warnings = result.warnings;
  answer.infos = result.infos;
  std::size_t count = result.series.size();
  if (limit != 0 && count > limit) {
    count = limit;
    answer.warnings.emplace_back("results truncated due to limit");
  }
  TextBuffer& out = answer.data;
  out.append("{\"resultType\":\"");
  out.append(promql::shortName(result.type));
  out.append("\",\"result\":");
  appendResult(out, result, count);
  if (waited) appendStatistics(out, result.statistics, *waited);
  out.append('}');
  return answer;
}

}  // namespace orchestrator_exporter::http
