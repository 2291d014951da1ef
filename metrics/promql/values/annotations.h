#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/promql/syntax/position.h"
#include "metrics/promql/values/histogram_arithmetic.h"

namespace orchestrator_exporter::promql {

// What a query's answer has to be read with: warnings (it may be wrong) and infos (the query may be
// meant otherwise). Each text once, with the place that it was met at last.
class Annotations {
 public:
  void warn(const std::string& text, PositionRange position) { warnings_[text] = position; }
  void inform(const std::string& text, PositionRange position) { infos_[text] = position; }

  // As the API gives them: at most ten, then how many more there are.
  std::vector<std::string> warnings(std::string_view query) const;
  std::vector<std::string> infos(std::string_view query) const;

 private:
  std::map<std::string, PositionRange> warnings_;
  std::map<std::string, PositionRange> infos_;
};

// The texts that several parts use.
std::string invalidQuantile(double quantile);
std::string histogramIgnoredIn(std::string_view aggregation);
std::string mismatchText(Mismatch mismatch, std::string_view metricName);
std::string mixedKinds(std::string_view metricName);

}  // namespace orchestrator_exporter::promql
