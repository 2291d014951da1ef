#include "metrics/history/reading_layout.h"

#include <bit>
#include <cmath>

#include "metrics/history/series_key.h"
#include "metrics/history/series_names.h"

namespace orchestrator_exporter::history {

namespace {

// What a text format's NaN is to Prometheus, whatever its bits were.
constexpr std::uint64_t kNaNBits = 0x7ff8000000000001;

}  // namespace

void ReadingLayout::valuesOf(const Snapshot& reading, std::vector<double>& values) {
  values.clear();
  reading.appendValues(values);
  for (double& value : values) {
    if (std::isnan(value)) value = std::bit_cast<double>(kNaNBits);
  }
  const auto scraped = static_cast<double>(values.size());
  values.insert(values.end(), {1, reading.took.count(), scraped});
}

std::vector<Series*> ReadingLayout::follow(const Snapshot& reading, std::int64_t time,
                                           SeriesTable& table) {
  if (!series_.empty() && reading.layout() == layout_) return {};
  const std::vector<Series*> before = std::move(series_);
  series_.clear();
  series_.reserve(before.size());
  layout_ = reading.layout();
  ++number_;
  std::size_t expected = 0;
  SeriesNames names(external_, [&](std::span<const Label> labels) {
    series_.push_back(labels.empty() ? nullptr : place(labels, before, expected, time, table));
  });
  reading.replay(names);
  names.gauge("up", {}).add(1);
  names.gauge("scrape_duration_seconds", {}).add(0);
  names.gauge("scrape_samples_scraped", {}).add(0);
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
  if (expected < before.size() && LabelIndex::equal(before[expected]->labels, labels)) {
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
  if (!before.empty() && series->layout == number_ - 1) expected = series->place + 1;
  series->layout = number_;
  series->place = series_.size();
  return series;
}

void ReadingLayout::forget() {
  series_.clear();
  layout_ = 0;
}

}  // namespace orchestrator_exporter::history
