#pragma once

#include <deque>
#include <functional>
#include <span>
#include <vector>

#include "metrics/float_histogram.h"
#include "metrics/history/index/postings.h"
#include "metrics/history/series_names.h"
#include "metrics/label_set.h"
#include "metrics/sink.h"

namespace orchestrator_exporter::history {

// Names the native buckets of a reading as a Prometheus stores them that scrapes it: as a histogram
// with the name of the family and the labels that its classic series have. Give it a snapshot's
// replayNatives().
class NativeSeries final : public Sink {
 public:
  // Called for each histogram, with its labels as in a LabelSet, valid for the call. What has no
  // labels that a series could have, or buckets that do not fit together, is left out.
  using Take = std::function<void(std::span<const Label>, const FloatHistogram&)>;

  // `external` as for SeriesNames.
  NativeSeries(const LabelSet& external, Take take);
  ~NativeSeries() override;

  FamilySink& family(const FamilyHead& head) override;

 private:
  class Family;

  void give(const HistogramValue& value, std::string_view name, std::span<const Label> labels);

  FloatHistogram current_;
  SeriesNames names_;
  std::deque<Family> families_;
};

// The histogram that ends a series: its sum is a stale marker.
HistogramPointer staleHistogram();
bool isStale(const FloatHistogram& histogram);

// Takes the series of a reading in the place of those of the one before, sorted; returns those that
// it has no more.
std::vector<SeriesId> goneOf(std::vector<SeriesId>& before, std::vector<SeriesId> given);

}  // namespace orchestrator_exporter::history
