#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "metrics/analysis/anomalies.h"
#include "metrics/analysis/baselines.h"
#include "metrics/analysis/bottlenecks/advice.h"
#include "metrics/analysis/bottlenecks/health.h"
#include "metrics/analysis/forecasts.h"
#include "metrics/analysis/quality.h"
#include "metrics/analysis/regressions.h"
#include "metrics/analysis/trends.h"

namespace orchestrator_exporter::analysis {

// What is known of one series of one signal. What was not asked for is empty.
struct SignalFinding {
  struct Ahead {
    std::int64_t horizon = 0;  // ms
    Forecast forecast;
  };

  std::string name;  // the signal's, with the labels that tell its series apart
  Signal signal = {};
  LabelSet labels = {};
  statistics::Support support = {};  // of the samples that were looked at
  double last = 0;                   // the newest value; NaN if there is none
  Trend trend = {};
  std::vector<Ahead> forecasts = {};
  std::vector<Anomaly> anomalies = {};
  AnomalyScore score = {};                     // of the newest sample
  std::vector<DetectorReading> readings = {};  // of the newest sample
  std::vector<Shift> shifts = {};
  std::shared_ptr<const Baseline> baseline = {};
  Regression regression = {};  // of the newest hour against the same hours of earlier weeks
  Track track = {};            // the samples themselves, for charts
};

struct Findings {
  std::int64_t start = 0;  // of the range that was looked at, ms
  std::int64_t end = 0;
  std::int64_t window = 0;  // of trends, ms
  std::vector<SignalFinding> signals = {};
  std::vector<std::string> silent = {};  // names of signals without series
  std::vector<Diagnosis> bottlenecks = {};
  std::map<Place, double> impacts = {};
  Health health = {};
  std::optional<QualityFindings> quality = {};
  std::vector<std::string> warnings = {};
};

}  // namespace orchestrator_exporter::analysis
