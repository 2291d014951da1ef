#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "metrics/history_intake.h"
#include "metrics/label.h"
#include "metrics/sample.h"

namespace orchestrator_exporter::http::remote_write {

// What is said of a family of metrics.
struct Description {
  std::string_view name;  // empty in 2.0, where the series beside it has it
  MetricType type = MetricType::kUntyped;
  std::string_view help;
  std::string_view unit;
};

// A decoded request of either version: series whose labels and samples lie in one row each. Views
// of the bytes that were decoded; nothing in it is checked but that its message is whole.
struct WriteRequest {
  struct Series {
    std::size_t firstLabel = 0;
    std::size_t labels = 0;
    std::size_t firstSample = 0;
    std::size_t samples = 0;
    std::size_t histograms = 0;
    std::size_t exemplars = 0;
    const char* fault = nullptr;  // why its labels cannot be told; of static storage
  };

  std::vector<Series> series;
  std::vector<Label> labels;
  std::vector<TimedSample> samples;
  std::vector<Description> families;   // of 1.0
  std::vector<Description> described;  // of 2.0: one a series, or none at all

  std::span<Label> labelsOf(const Series& one) {
    return std::span(labels).subspan(one.firstLabel, one.labels);
  }
  std::span<const TimedSample> samplesOf(const Series& one) const {
    return std::span(samples).subspan(one.firstSample, one.samples);
  }
};

}  // namespace orchestrator_exporter::http::remote_write
