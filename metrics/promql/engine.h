#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "metrics/history.h"
#include "metrics/label_set.h"
#include "metrics/promql/syntax/parser.h"
#include "metrics/promql/values/query_error.h"

namespace orchestrator_exporter::promql {

// How queries are answered.
struct EngineOptions {
  ParseOptions language;
  bool delayNameRemoval = false;
  std::chrono::milliseconds lookback = std::chrono::minutes(5);
  std::chrono::milliseconds subqueryStep = std::chrono::minutes(1);  // of those that give none
  std::size_t maxSamples = 50'000'000;  // in memory at once, for one query
  std::chrono::milliseconds timeout = std::chrono::minutes(2);
};

// Times are milliseconds since 1970 UTC.
struct Point {
  std::int64_t time = 0;
  double value = 0;
};

struct HistogramPoint {
  std::int64_t time = 0;
  HistogramPointer histogram;
};

// Of a vector: one point or one histogram.
struct ResultSeries {
  std::shared_ptr<const LabelSet> labels;
  std::vector<Point> points;
  std::vector<HistogramPoint> histograms = {};
};

// What answering took.
struct QueryStatistics {
  std::uint64_t seenSamples = 0;            // each at every step that looked at it
  std::size_t peakSamples = 0;              // in memory at once
  std::chrono::nanoseconds preparation{0};  // reading the query
  std::chrono::nanoseconds evaluation{0};
  std::chrono::nanoseconds sorting{0};  // of the result
};

struct QueryResult {
  ValueType type = ValueType::kVector;
  // Vectors and matrices: a matrix sorted by labels, a vector in the order that sort functions,
  // topk and bottomk gave it.
  std::vector<ResultSeries> series;
  Point scalar;
  std::string text;  // of a string; its time is the scalar's
  std::vector<std::string> warnings;
  std::vector<std::string> infos;
  QueryStatistics statistics;
};

// Answers PromQL queries from a History. Holds nothing of a query: may be used by several threads
// at once.
class Engine {
 public:
  explicit Engine(EngineOptions options = {}) : options_(std::move(options)) {}

  const EngineOptions& options() const { return options_; }

  // The value of the query at a time, and at each of start, start + step, ... up to end. Throw
  // ParseError if it is none and QueryError if it has no answer; what the History throws passes.
  QueryResult instant(const History& history, std::string_view query, std::int64_t time,
                      std::stop_token stop = {}) const;
  QueryResult range(const History& history, std::string_view query, std::int64_t start,
                    std::int64_t end, std::int64_t step, std::stop_token stop = {}) const;

 private:
  EngineOptions options_;
};

}  // namespace orchestrator_exporter::promql
