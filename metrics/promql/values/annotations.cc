#include "metrics/promql/values/annotations.h"

#include "metrics/promql/syntax/literals.h"
#include "metrics/promql/values/number_text.h"

namespace orchestrator_exporter::promql {

namespace {

std::vector<std::string> texts(const std::map<std::string, PositionRange>& annotations,
                               std::string_view query, const std::string& kind) {
  constexpr std::size_t kMost = 10;
  std::vector<std::string> out;
  for (const auto& [text, position] : annotations) {
    if (out.size() == kMost) {
      out.push_back(std::to_string(annotations.size() - kMost) + " more " + kind +
                    " annotations omitted");
      break;
    }
    out.push_back("PromQL " + kind + ": " + text + " (" + lineAndColumn(query, position.begin) +
                  ")");
  }
  return out;
}

}  // namespace

std::vector<std::string> Annotations::warnings(std::string_view query) const {
  return texts(warnings_, query, "warning");
}

std::vector<std::string> Annotations::infos(std::string_view query) const {
  return texts(infos_, query, "info");
}

std::string invalidQuantile(double quantile) {
  return "quantile value should be between 0 and 1, got " + shortestGo(quantile);
}

std::string histogramIgnoredIn(std::string_view aggregation) {
  return "ignored histogram in " + std::string(aggregation) + " aggregation";
}

std::string mismatchText(Mismatch mismatch, std::string_view metricName) {
  const std::string what = mismatch == Mismatch::kKinds
                               ? "a mix of histograms with exponential and custom buckets schemas"
                               : "histograms with incompatible custom buckets";
  return "vector contains " + what + " for metric name " + quote(metricName);
}

std::string mixedKinds(std::string_view metricName) {
  return "encountered a mix of histograms and floats for metric name " + quote(metricName);
}

}  // namespace orchestrator_exporter::promql
