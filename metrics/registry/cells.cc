#include "metrics/registry/cells.h"

#include <stdexcept>
#include <vector>

#include "metrics/label_text.h"

namespace orchestrator_exporter {

namespace {

prometheus::Summary::Quantiles goalsOf(const SummaryCell::Settings& settings) {
  prometheus::Summary::Quantiles goals;
  for (const QuantileGoal& goal : settings.quantiles) goals.emplace_back(goal.quantile, goal.error);
  return goals;
}

bool isShare(double number) { return number >= 0 && number <= 1; }

}  // namespace

void SummaryCell::check(const Settings& settings) {
  double before = -1;
  for (const QuantileGoal& goal : settings.quantiles) {
    if (!isShare(goal.quantile) || !isShare(goal.error) || goal.quantile <= before) {
      throw std::invalid_argument("quantiles: expected ascending numbers and errors from 0 to 1");
    }
    before = goal.quantile;
  }
  if (settings.window.count() <= 0 || settings.steps <= 0) {
    throw std::invalid_argument("a summary needs a window and steps above 0");
  }
}

SummaryCell::SummaryCell(const Settings& settings)
    : summary(goalsOf(settings), settings.window, settings.steps) {}

void SummaryCell::give(FamilySink& sink, std::string_view labelText, double created) const {
  const prometheus::ClientMetric now = summary.Collect();
  std::vector<Quantile> quantiles;
  for (const auto& quantile : now.summary.quantile) {
    quantiles.push_back({quantile.quantile, quantile.value});
  }
  const ParsedLabels labels(labelText);
  sink.summary({quantiles, now.summary.sample_count, now.summary.sample_sum, created},
               labels.view());
}

}  // namespace orchestrator_exporter
