#include "metrics/pipeline/outliers.h"

#include <vector>

#include "metrics/statistics/moments.h"
#include "metrics/statistics/quantiles.h"

namespace orchestrator_exporter::pipeline {

std::optional<UsualValues::Range> UsualValues::range(OutlierMethod method) const {
  if (values_.size() < kLeast) return std::nullopt;
  std::vector<double> values;
  values.reserve(values_.size());
  for (const auto& [time, value] : values_) values.push_back(value);
  double middle = 0;
  double distance = 0;
  switch (method) {
    case OutlierMethod::kMad: {
      constexpr double kDeviations = 3.5;
      middle = statistics::median(values);
      distance =
          kDeviations * statistics::kMadToDeviation * statistics::medianAbsoluteDeviation(values);
      break;
    }
    case OutlierMethod::kIqr: {
      constexpr double kFences = 1.5;
      const double lower = statistics::quantile(values, 0.25);
      const double upper = statistics::quantile(values, 0.75);
      middle = (lower + upper) / 2;
      distance = (upper - lower) * (0.5 + kFences);
      break;
    }
    case OutlierMethod::kZScore: {
      constexpr double kDeviations = 3;
      statistics::Moments moments;
      for (const double value : values) moments.add(value);
      middle = moments.mean();
      distance = kDeviations * moments.standardDeviation();
      break;
    }
    case OutlierMethod::kNone:
      return std::nullopt;
  }
  if (!(distance > 0)) return std::nullopt;
  return Range{middle - distance, middle + distance};
}

void UsualValues::add(double value, Time time) {
  values_.emplace_back(time, value);
  while (values_.front().first < time - kKept) values_.pop_front();
}

}  // namespace orchestrator_exporter::pipeline
