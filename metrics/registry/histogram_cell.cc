#include "metrics/registry/histogram_cell.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "metrics/label_text.h"

namespace orchestrator_exporter {

void HistogramCell::check(const Settings& settings) {
  const std::vector<double>& bounds = settings.bounds;
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    if (!std::isfinite(bounds[i])) {
      throw std::invalid_argument(
          "histogram bounds: expected finite numbers (+Inf is always there)");
    }
    if (i > 0 && bounds[i] <= bounds[i - 1]) {
      throw std::invalid_argument("histogram bounds: expected each above the one before");
    }
  }
}

HistogramCell::HistogramCell(const Settings& settings) : classic_(settings.bounds) {
  if (settings.exemplars || settings.native) extras_ = std::make_unique<Extras>(settings);
}

void HistogramCell::observe(double value) {
  if (extras_ == nullptr || !extras_->settings.native) {
    classic_.Observe(value);
    return;
  }
  // One lock around both sides, so that a scrape finds equal counts in them.
  const std::lock_guard lock(extras_->mutex);
  classic_.Observe(value);
  extras_->counts.observe(value);
}

void HistogramCell::observe(double value, std::span<const Label> exemplar, double timestamp) {
  if (extras_ == nullptr || !extras_->settings.exemplars || exemplar.empty()) {
    observe(value);
    return;
  }
  const std::lock_guard lock(extras_->mutex);
  classic_.Observe(value);
  if (extras_->settings.native) extras_->counts.observe(value);
  const std::vector<double>& bounds = extras_->settings.bounds;
  const auto bucket = std::lower_bound(bounds.begin(), bounds.end(), value) - bounds.begin();
  extras_->exemplars.resize(bounds.size() + 1);
  extras_->exemplars[static_cast<std::size_t>(bucket)].keep(exemplar, value, timestamp);
}

void HistogramCell::observeMany(const std::vector<double>& counts, double sum) {
  classic_.ObserveMultiple(counts, sum);
}

std::uint64_t HistogramCell::count() const { return classic_.Collect().histogram.sample_count; }

double HistogramCell::sum() const { return classic_.Collect().histogram.sample_sum; }

void HistogramCell::give(FamilySink& sink, std::string_view labelText, double created) const {
  if (extras_ == nullptr) {
    give(sink, labelText, created, nullptr);
    return;
  }
  const std::lock_guard lock(extras_->mutex);
  give(sink, labelText, created, extras_.get());
}

void HistogramCell::give(FamilySink& sink, std::string_view labelText, double created,
                         Extras* extras) const {
  const prometheus::ClientMetric now = classic_.Collect();
  const auto& found = now.histogram.bucket;
  std::vector<Bucket> buckets(found.size());
  const std::size_t examples = extras == nullptr ? 0 : extras->exemplars.size();
  std::vector<std::vector<Label>> labels(examples);
  std::vector<Exemplar> exemplars(examples);
  for (std::size_t i = 0; i < found.size(); ++i) {
    buckets[i] = {found[i].upper_bound, found[i].cumulative_count, nullptr};
    if (i >= examples) continue;
    if (!extras->exemplars[i].isKept()) continue;
    exemplars[i] = extras->exemplars[i].view(labels[i]);
    buckets[i].exemplar = &exemplars[i];
  }
  const bool isNative = extras != nullptr && extras->settings.native;
  const NativeBuckets native = isNative ? extras->counts.buckets() : NativeBuckets{};
  const ParsedLabels seriesLabels(labelText);
  sink.histogram({buckets, now.histogram.sample_count, now.histogram.sample_sum, created,
                  isNative ? &native : nullptr},
                 seriesLabels.view());
}

}  // namespace orchestrator_exporter
