// Answers PromQL queries over samples from a file, for comparison with a Prometheus that holds the
// same (tests/metrics/promql/differential.py). usage: query_samples FILE [SWITCH...] < QUERIES
//   FILE: lines `series<TAB>milliseconds<TAB>value`, each series' in order; value `stale` is a
//   marker, a histogram is `hint schema zeroThreshold zeroCount count sum positive negative
//   bounds`, buckets as `index:count,...` and what is empty as `-`; SWITCH: experimental,
//   delayed-names QUERIES: lines `time<TAB>query` or `start<TAB>end<TAB>step<TAB>query`, times in
//   milliseconds
// Prints a line of JSON for each query: the answer as the HTTP API gives it.
#include <algorithm>
#include <bit>
#include <exception>
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "metrics/base/number_parse.h"
#include "metrics/promql/engine.h"
#include "metrics/promql/syntax/literals.h"
#include "tests/metrics/promql/memory_history.h"

namespace {

using namespace orchestrator_exporter;

std::vector<std::string> fields(const std::string& line, char separator = '\t') {
  std::vector<std::string> out;
  for (std::size_t begin = 0; begin <= line.size();) {
    const std::size_t end = std::min(line.find(separator, begin), line.size());
    out.push_back(line.substr(begin, end - begin));
    begin = end + 1;
  }
  return out;
}

std::string json(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string json(const promql::Point& point) {
  return "[" + std::to_string(point.time) + ",\"" + valueText(point.value) + "\"]";
}

template <class List, class Print>
std::string list(const List& items, Print print) {
  std::string out;
  for (const auto& item : items) out += (out.empty() ? "" : ",") + print(item);
  return out;
}

std::string number(double value) { return "\"" + valueText(value) + "\""; }

// 0 if only the upper bound belongs to the bucket, 1 if only the lower, 2 if none, 3 if both.
std::string boundaries(const FloatHistogram::Range& range) {
  if (range.lowerClosed) return range.upperClosed ? "3" : "1";
  return range.upperClosed ? "0" : "2";
}

std::string json(const promql::HistogramPoint& point) {
  const FloatHistogram& histogram = *point.histogram;
  std::vector<FloatHistogram::Range> ranges = histogram.disjointRanges();
  std::erase_if(ranges, [](const auto& range) { return range.count == 0; });
  return "[" + std::to_string(point.time) + ",{\"count\":" + number(histogram.count) +
         ",\"sum\":" + number(histogram.sum) + ",\"buckets\":[" +
         list(ranges,
              [](const FloatHistogram::Range& range) {
                return "[" + boundaries(range) + "," + number(range.lower) + "," +
                       number(range.upper) + "," + number(range.count) + "]";
              }) +
         "]}]";
}

std::string json(const promql::ResultSeries& series) {
  return "{\"metric\":{" +
         list(*series.labels,
              [](const auto& pair) { return json(pair.first) + ":" + json(pair.second); }) +
         "},\"values\":[" +
         list(series.points, [](const promql::Point& point) { return json(point); }) +
         "],\"histograms\":[" +
         list(series.histograms, [](const promql::HistogramPoint& point) { return json(point); }) +
         "]}";
}

std::string json(const promql::QueryResult& result) {
  const auto print = [](const auto& item) { return json(item); };
  std::string data = list(result.series, print);
  if (result.type == promql::ValueType::kScalar) {
    data = "[" + std::to_string(result.scalar.time) + ",\"" +
           promql::fixedNotation(result.scalar.value) + "\"]";
  }
  if (result.type == promql::ValueType::kString) data = json(result.text);
  return "{\"type\":" + json(promql::shortName(result.type)) + ",\"result\":[" + data +
         "],\"warnings\":[" + list(result.warnings, print) + "],\"infos\":[" +
         list(result.infos, print) + "]}";
}

FloatHistogram::Buckets bucketsOf(const std::string& text) {
  FloatHistogram::Buckets buckets;
  if (text == "-") return buckets;
  for (const std::string& one : fields(text, ',')) {
    const auto parts = fields(one, ':');
    buckets.push_back(
        {static_cast<std::int32_t>(*parseInteger(parts.at(0))), parseNumber(parts.at(1)).value()});
  }
  return buckets;
}

FloatHistogram histogramOf(const std::vector<std::string>& words) {
  const std::map<std::string, FloatHistogram::Hint> hints = {
      {"unknown", FloatHistogram::Hint::kUnknown},
      {"reset", FloatHistogram::Hint::kUnknown},  // a store does not believe it
      {"gauge", FloatHistogram::Hint::kGauge}};
  FloatHistogram histogram;
  histogram.hint = hints.at(words.at(0));
  histogram.schema = static_cast<std::int32_t>(*parseInteger(words.at(1)));
  histogram.zeroThreshold = parseNumber(words.at(2)).value();
  histogram.zeroCount = parseNumber(words.at(3)).value();
  histogram.count = parseNumber(words.at(4)).value();
  histogram.sum = parseNumber(words.at(5)).value();
  histogram.positive = bucketsOf(words.at(6));
  histogram.negative = bucketsOf(words.at(7));
  if (words.at(8) != "-") {
    for (const std::string& bound : fields(words[8], ',')) {
      histogram.customBounds.push_back(parseNumber(bound).value());
    }
  }
  return histogram;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: query_samples FILE [experimental] [delayed-names] < QUERIES\n";
    return 2;
  }
  MemoryHistory history;
  std::ifstream file(argv[1]);
  std::map<std::string, LabelSet> known;
  for (std::string line; std::getline(file, line);) {
    const auto field = fields(line);
    const auto [at, isNew] = known.try_emplace(field.at(0));
    if (isNew) at->second = labelsOf(field[0]);
    const std::int64_t time = *parseInteger(field.at(1));
    const auto words = fields(field.at(2), ' ');
    if (words.size() > 1) {
      history.add(at->second, time, histogramOf(words));
    } else {
      history.add(
          at->second, time,
          field[2] == "stale" ? std::bit_cast<double>(kStaleBits) : parseNumber(field[2]).value());
    }
  }
  const std::vector<std::string> switches(argv + 2, argv + argc);
  const auto isOn = [&switches](std::string_view name) {
    return std::find(switches.begin(), switches.end(), name) != switches.end();
  };
  promql::EngineOptions options;
  options.language = {isOn("experimental"), isOn("experimental")};
  options.delayNameRemoval = isOn("delayed-names");
  const promql::Engine engine(options);
  for (std::string line; std::getline(std::cin, line);) {
    const auto field = fields(line);
    try {
      if (field.size() > 2) {
        std::cout << json(engine.range(history, field.at(3), *parseInteger(field[0]),
                                       *parseInteger(field[1]), *parseInteger(field[2])));
      } else {
        std::cout << json(engine.instant(history, field.at(1), *parseInteger(field[0])));
      }
    } catch (const std::exception& error) {
      std::cout << "{\"error\":" << json(error.what()) << "}";
    }
    std::cout << std::endl;
  }
}
