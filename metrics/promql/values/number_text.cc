#include "metrics/promql/values/number_text.h"

#include "metrics/base/number_format.h"

namespace orchestrator_exporter::promql {

std::string shortestGo(double value) {
  TextBuffer text;
  appendFixedBetween(text, value, 1e-4, 1e6);
  return std::string(text.view());
}

std::string histogramText(const FloatHistogram& histogram) {
  std::string text = "{count:" + shortestGo(histogram.count) + ", sum:" + shortestGo(histogram.sum);
  for (const FloatHistogram::Range& range : histogram.ranges()) {
    if (range.count == 0) continue;
    text += range.lowerClosed ? ", [" : ", (";
    text += shortestGo(range.lower) + "," + shortestGo(range.upper);
    text += range.upperClosed ? "]:" : "):";
    text += shortestGo(range.count);
  }
  return text + "}";
}

}  // namespace orchestrator_exporter::promql
