#include "metrics/pushed/observed_summary_cell.h"

#include <vector>

#include "metrics/label_text.h"

namespace orchestrator_exporter {

void ObservedSummaryCell::give(FamilySink& sink, std::string_view labelText, double created) const {
  std::vector<Quantile> quantiles;
  if (quantiles_ != nullptr) {
    for (const auto& one : quantiles_->summary.Collect().summary.quantile) {
      quantiles.push_back({one.quantile, one.value});
    }
  }
  const ParsedLabels labels(labelText);
  sink.summary({quantiles, count_, sum_, created}, labels.view());
}

}  // namespace orchestrator_exporter
