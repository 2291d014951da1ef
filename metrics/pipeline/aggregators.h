#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace orchestrator_exporter::pipeline {

// What is made of the samples of a metric over and over: recording rules of one group.
struct Aggregator {
  std::string metric;
  // What its values are, if no series has its name: PromQL, of gauges only.
  std::string expression = {};
  // Whether it is a histogram; else a gauge.
  bool isHistogram = false;
  std::chrono::seconds window = std::chrono::minutes(1);
  std::vector<std::string> functions = {};  // count, sum, mean, min, max, p50, p99.9
  std::vector<std::string> groupBy = {};
};

// Those of what this program and its library measure of pages, requests, queries, processors and
// memory.
std::vector<Aggregator> usualAggregators();

// Whether it takes series of this name: those of the histogram or the gauge.
bool takes(const Aggregator& aggregator, std::string_view series);

// Whether it is one of them.
bool isAggregation(const std::string& function);

// A rule file of Prometheus with the group `pipeline`; each rule is named
// LABELS:METRIC:FUNCTION_WINDOW. Of histograms, count and sum are increases of the window, mean
// is their quotient, quantiles come of the buckets, and so does max: the upper bound of the highest
// one that has any. They have no min. Empty if there are no aggregators. Throws
// std::invalid_argument for a function that the metric does not have.
std::string aggregatorRules(const std::vector<Aggregator>& aggregators);

}  // namespace orchestrator_exporter::pipeline
