#include "metrics/history/store/stored_history.h"

#include <algorithm>
#include <iterator>

#include "metrics/history/head_query.h"
#include "metrics/history/sample_merge.h"

namespace orchestrator_exporter::history {

namespace {

std::vector<TimedSample> samplesOf(const SampleColumns& columns) {
  std::vector<TimedSample> samples;
  for (std::size_t i = 0; i < columns.times.size(); ++i) {
    samples.push_back({columns.times[i], columns.values[i]});
  }
  return samples;
}

std::vector<TimedHistogram> histogramsOf(const SampleColumns& columns) {
  std::vector<TimedHistogram> samples;
  for (std::size_t i = 0; i < columns.histograms.times.size(); ++i) {
    samples.push_back({columns.histograms.times[i], columns.histograms.values[i]});
  }
  return samples;
}

std::shared_ptr<const SampleColumns> joined(const SampleColumns& older,
                                            const SampleColumns& newer) {
  SampleMerge merge(Selection::kOldest, Selection::kNewest, SIZE_MAX);
  merge.add(samplesOf(older));
  merge.add(samplesOf(newer));
  merge.add(histogramsOf(older));
  merge.add(histogramsOf(newer));
  return std::make_shared<SampleColumns>(merge.finish());
}

// Both in the order of their labels.
std::vector<SelectedSeries> joined(std::vector<SelectedSeries> older,
                                   std::vector<SelectedSeries> newer) {
  std::vector<SelectedSeries> all;
  auto one = newer.begin();
  for (SelectedSeries& series : older) {
    while (one != newer.end() && *one->labels < *series.labels) all.push_back(std::move(*one++));
    if (one != newer.end() && *one->labels == *series.labels) {
      series.samples = joined(*series.samples, *one++->samples);
    }
    all.push_back(std::move(series));
  }
  std::move(one, newer.end(), std::back_inserter(all));
  return all;
}

// Both sorted.
template <typename Answer>
std::vector<Answer> joined(const std::vector<Answer>& some, const std::vector<Answer>& others,
                           std::size_t limit) {
  std::vector<Answer> all;
  std::ranges::set_union(some, others, std::back_inserter(all));
  if (limit > 0 && all.size() > limit) all.resize(limit);
  return all;
}

}  // namespace

Selected StoredHistory::select(const Selection& selection, std::size_t maxSamples) const {
  Selected newer = head_->select(selection, maxSamples);
  // Asked for after the samples, so that what the head forgets meanwhile comes from the store.
  const std::int64_t oldest = head_->oldestReading();
  const std::int64_t readingsUntil = oldest == Selection::kNewest ? oldest : oldest - 1;
  std::size_t left = maxSamples;
  for (const SelectedSeries& series : newer.series) {
    left -= std::min(left, series.samples->weight());
  }
  Selected older = store_->select(selection, readingsUntil, left);
  if (older.series.empty()) return newer;
  return {joined(std::move(older.series), std::move(newer.series)), older.coarse};
}

std::vector<LabelSet> StoredHistory::series(const SeriesFilter& filter) const {
  const auto file = store_->file();
  if (file == nullptr) return head_->series(filter);
  return joined(HeadQuery(file->series()).series(filter), head_->series(filter), filter.limit);
}

std::vector<std::string> StoredHistory::labelNames(const SeriesFilter& filter) const {
  const auto file = store_->file();
  if (file == nullptr) return head_->labelNames(filter);
  return joined(HeadQuery(file->series()).labelNames(filter), head_->labelNames(filter),
                filter.limit);
}

std::vector<std::string> StoredHistory::labelValues(std::string_view name,
                                                    const SeriesFilter& filter) const {
  const auto file = store_->file();
  if (file == nullptr) return head_->labelValues(name, filter);
  return joined(HeadQuery(file->series()).labelValues(name, filter),
                head_->labelValues(name, filter), filter.limit);
}

}  // namespace orchestrator_exporter::history
