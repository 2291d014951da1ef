#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace orchestrator_exporter::pipeline {

// What is made of the samples of a metric over and over: recording rules of one group.
struct Aggregator {
  std::string metric;
  // Whether it is a histogram; else a gauge.
  bool isHistogram = false;
  std::chrono::seconds window = std::chrono::minutes(1);
  std::vector<std::string> functions = {};  // count, sum, mean, min, max, p50, p99.9
  std::vector<std::string> groupBy = {};
};

// Those of what this program and its library measure of pages, requests and queries.
std::vector<Aggregator> usualAggregators();

// Whether it is one of them.
bool isAggregation(const std::string& function);

// A rule file of Prometheus with the group `pipeline`; each rule is named
// LABELS:METRIC:FUNCTION_WINDOW. Of histograms, count and sum are increases of the window, mean
// is their quotient, and quantiles come of the buckets; they have no min and max. Empty if there
// are no aggregators. Throws std::invalid_argument for a function that the metric does not have.
std::string aggregatorRules(const std::vector<Aggregator>& aggregators);

}  // namespace orchestrator_exporter::pipeline
