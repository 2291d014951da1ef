#include "metrics/registry/cells.h"

#include <memory>
#include <mutex>
#include <stdexcept>
#include <vector>

#include "metrics/label_text.h"
#include "metrics/registry/stored_exemplar.h"

namespace orchestrator_exporter {

namespace {

prometheus::Summary::Quantiles goalsOf(const SummaryCell::Settings& settings) {
  prometheus::Summary::Quantiles goals;
  for (const QuantileGoal& goal : settings.quantiles) goals.emplace_back(goal.quantile, goal.error);
  return goals;
}

bool isShare(double number) { return number >= 0 && number <= 1; }

}  // namespace

struct CounterCell::Example {
  std::mutex mutex;
  StoredExemplar exemplar;
};

CounterCell::~CounterCell() { delete example_.load(); }

void CounterCell::increment(double amount, std::span<const Label> exemplar, double timestamp) {
  counter.Increment(amount);
  if (exemplar.empty()) return;
  Example* example = example_.load(std::memory_order_acquire);
  if (example == nullptr) {
    auto made = std::make_unique<Example>();
    // Another thread may be first, and leaves its own here then.
    if (example_.compare_exchange_strong(example, made.get())) example = made.release();
  }
  const std::lock_guard lock(example->mutex);
  example->exemplar.keep(exemplar, amount, timestamp);
}

void CounterCell::giveWithExample(FamilySink& sink, std::string_view labelText,
                                  double created) const {
  Example& example = *example_.load(std::memory_order_acquire);
  const std::lock_guard lock(example.mutex);
  std::vector<Label> labels;
  const Exemplar exemplar = example.exemplar.view(labels);
  sink.preparedSample(
      counter.Value(), labelText,
      {.exemplar = example.exemplar.isKept() ? &exemplar : nullptr, .created = created});
}

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
