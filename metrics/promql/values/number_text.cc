#include "metrics/promql/values/number_text.h"

#include "metrics/base/number_format.h"

namespace orchestrator_exporter::promql {

std::string shortestGo(double value) {
  TextBuffer text;
  appendFixedBetween(text, value, 1e-4, 1e6);
  return std::string(text.view());
}

}  // namespace orchestrator_exporter::promql
