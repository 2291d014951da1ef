#include "metrics/history/reading_layout.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "metrics/history/families.h"
#include "metrics/history/series_key.h"
#include "metrics/history/series_names.h"
#include "metrics/resting_value.h"

namespace orchestrator_exporter::history {

namespace {

// What a text format's NaN is to Prometheus, whatever its bits were.
constexpr std::uint64_t kNaNBits = 0x7ff8000000000001;

// A layout that no snapshot has.
constexpr std::uint64_t kNoSnapshot = 0;

}  // namespace

// Not kept: between two readings they would be nobody's.
std::vector<double> ReadingLayout::values(const Snapshot& reading) const {
  std::vector<double> values;
  values.reserve(series_.size());
  reading.appendValues(values);
  std::size_t resting = 0;
  for (double& value : values) {
    if (!std::isnan(value)) continue;
    if (isResting(value)) {
      ++resting;
    } else {
      value = std::bit_cast<double>(kNaNBits);
    }
  }
  const auto given = static_cast<double>(given_ - std::min(given_, resting));
  values.insert(values.end(), {1, reading.took.count(), given, given, static_cast<double>(added_)});
  return values;
}

std::vector<Series*> ReadingLayout::follow(const Snapshot& reading, std::int64_t time,
                                           SeriesTable& table) {
  added_ = 0;
  if (!series_.empty() && reading.layout() == layout_) return {};
  const std::vector<Series*> before = begin(reading.layout());
  std::size_t expected = 0;
  const auto take = [&](std::span<const Label> labels) {
    series_.push_back(labels.empty() ? nullptr : place(labels, before, expected, time, table));
  };
  SeriesNames names(external_, namelessAmong(familiesOf(reading)), take);
  reading.replay(names);
  given_ = series_.size() - static_cast<std::size_t>(std::ranges::count(series_, nullptr));
  const std::size_t added = added_;
  for (const char* name : {"up", "scrape_duration_seconds", "scrape_samples_scraped",
                           "scrape_samples_post_metric_relabeling", "scrape_series_added"}) {
    names.gauge(name, {}).add(0);
  }
  added_ = added;
  return missingOf(before);
}

std::vector<Series*> ReadingLayout::restore(std::span<const LabelSet> series, std::int64_t time,
                                            SeriesTable& table) {
  const std::vector<Series*> before = begin(kNoSnapshot);
  std::size_t expected = 0;
  for (const LabelSet& labels : series) {
    series_.push_back(labels.empty() ? nullptr
                                     : place(labelsOf(labels), before, expected, time, table));
  }
  return missingOf(before);
}

// Begins a layout; returns the series of the one before.
std::vector<Series*> ReadingLayout::begin(std::uint64_t layout) {
  std::vector<Series*> before = std::move(series_);
  series_.clear();
  series_.reserve(before.size());
  layout_ = layout;
  ++number_;
  return before;
}

std::vector<Series*> ReadingLayout::missingOf(const std::vector<Series*>& before) const {
  std::vector<Series*> gone;
  for (Series* series : before) {
    if (series != nullptr && series->layout != number_) gone.push_back(series);
  }
  return gone;
}

Series* ReadingLayout::place(std::span<const Label> labels, const std::vector<Series*>& before,
                             std::size_t& expected, std::int64_t time, SeriesTable& table) {
  while (expected < before.size() && before[expected] == nullptr) ++expected;
  Series* series = nullptr;
  if (expected < before.size() && table.index().equal(before[expected]->labels, labels)) {
    series = before[expected];
  } else {
    const std::uint64_t hash = hashOf(labels);
    series = table.find(labels, hash);
    if (series == nullptr) {
      if (table.size() >= maxSeries_) return nullptr;
      series = &table.add(labels, hash);
      series->oldest = series->newest = time;
    }
  }
  if (series->layout == number_) return nullptr;  // of two samples of one series the first counts
  if (!before.empty() && series->layout == number_ - 1) {
    expected = series->place + 1;
  } else {
    ++added_;
  }
  series->layout = number_;
  series->place = static_cast<std::uint32_t>(series_.size());
  return series;
}

void ReadingLayout::forget() {
  series_.clear();
  layout_ = kNoSnapshot;
}

}  // namespace orchestrator_exporter::history
