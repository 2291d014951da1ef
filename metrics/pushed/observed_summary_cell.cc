#include "metrics/pushed/observed_summary_cell.h"

#include <vector>

#include "metrics/label_text.h"

namespace orchestrator_exporter {

void ObservedSummaryCell::give(FamilySink& sink, const SharedLabels& labels) const {
  std::vector<Quantile> quantiles;
  if (quantiles_ != nullptr) {
    for (const auto& one : quantiles_->summary.Collect().summary.quantile) {
      quantiles.push_back({one.quantile, one.value});
    }
  }
  const ParsedLabels parsed(labels.text());
  sink.summary({quantiles, count_, sum_, labels.created()}, parsed.view());
}

}  // namespace orchestrator_exporter
