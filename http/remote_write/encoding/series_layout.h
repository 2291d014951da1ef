#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "metrics/label.h"
#include "metrics/label_set.h"
#include "metrics/processors/relabel.h"
#include "metrics/snapshot.h"

namespace orchestrator_exporter::remote_write {

// What becomes of the labels of all series on their way to one destination.
struct LabelRules {
  // Of series that have none of that name: job, instance and the external labels.
  LabelSet added = {};
  // Applied to the result.
  std::vector<RelabelRule> relabelling = {};
  // Histograms with native buckets go as those, and not as one series for each classic bucket.
  bool nativeHistograms = false;
};

// One series that is sent.
struct SentSeries {
  std::uint32_t place;   // of its value in Snapshot::appendValues(), or after those (ownValues)
  std::uint32_t family;  // in SeriesLayout::families()
  std::uint32_t begin;   // of its labels, in SeriesLayout
  std::uint32_t end;
  std::uint64_t identity;    // stands for its labels
  bool isHistogram = false;  // with native buckets; its place is that of the histogram's count
};

struct SentFamily {
  std::string name;
  MetricType type;
  std::string help;
  std::string unit;
};

// The series of a reading as one destination gets them: named as by a Prometheus that scrapes,
// relabelled, each once, together with those that a Prometheus adds to a scrape. Made again when
// the layout of the readings changes.
class SeriesLayout {
 public:
  SeriesLayout() = default;
  // Series of `before` are not new.
  SeriesLayout(const Snapshot& reading, const LabelRules& rules, const SeriesLayout& before);

  // In ascending order of their places.
  std::span<const SentSeries> series() const { return series_; }
  std::span<const SentFamily> families() const { return families_; }
  // The labels of a series as the fields 1 of a TimeSeries of 1.0, sorted by name.
  std::string_view labels(const SentSeries& series) const {
    return std::string_view(labels_).substr(series.begin, series.end - series.begin);
  }
  // Those that it has and the other has not.
  std::vector<SentSeries> missingIn(const SeriesLayout& other) const;
  // How many the rules dropped.
  std::size_t dropped() const { return dropped_; }

  // The values of a reading of this layout, by place, and of the series that a Prometheus adds: up,
  // scrape_duration_seconds, scrape_samples_scraped, scrape_samples_post_metric_relabeling,
  // scrape_series_added. What is no number has the one form of it that is no staleness marker.
  // `isFirst` for the reading that the layout was made of: in later ones no series is added.
  void appendValues(const Snapshot& reading, bool isFirst, std::vector<double>& values) const;

 private:
  class Builder;
  class FamilyWatch;

  std::vector<SentSeries> series_;
  std::vector<SentFamily> families_;
  std::string labels_;
  std::size_t scraped_ = 0;
  std::size_t added_ = 0;
  std::size_t dropped_ = 0;
};

// Calls `take` with each label of such fields.
void forEachLabel(std::string_view fields, const std::function<void(const Label&)>& take);

}  // namespace orchestrator_exporter::remote_write
