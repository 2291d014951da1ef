#include "metrics/history/joined.h"

#include <cstdint>
#include <memory>
#include <utility>

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

}  // namespace

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

}  // namespace orchestrator_exporter::history
