#include "metrics/history/store/stored_series.h"

#include <algorithm>
#include <memory>
#include <stdexcept>

#include "metrics/history/columns/timed_histograms.h"
#include "metrics/history/native_series.h"
#include "metrics/history/series_key.h"
#include "metrics/history/store/blobs/label_json.h"
#include "metrics/resting_value.h"

namespace orchestrator_exporter::history {

void StoredSeries::load(Database& database, std::int64_t newest) {
  const AppendLock::Appending lock(data_.lock);
  Statement rows(database, "SELECT id, labels, began, ended FROM series ORDER BY id");
  while (rows.next()) {
    const JsonLabels labels(rows.text(1));
    Series& series = data_.table.add(static_cast<SeriesId>(rows.integer(0)), labels.view(),
                                     hashOf(labels.view()));
    markWritten(series.id);  // perhaps
    series.oldest = rows.integer(2);
    series.newest = rows.isNull(3) ? newest : rows.integer(3);
    data_.oldest = std::min(data_.oldest, series.oldest);
    data_.newest = std::max(data_.newest, series.newest);
  }
  data_.newest = std::max(data_.newest, newest);
  confirm();
}

SeriesId StoredSeries::lastNumber() const {
  const auto all = data_.table.all();
  return all.empty() ? 0 : all.back().first;
}

void StoredSeries::follow(const Snapshot& reading, std::int64_t time) {
  const AppendLock::Appending lock(data_.lock);
  for (Series* gone : layout_.follow(reading, time, data_.table)) gone->newest = time;
  const std::span<Series* const> series = layout_.series();
  const std::vector<double> values = layout_.values(reading);
  ids_.clear();
  values_.clear();
  for (std::size_t i = 0; i < series.size(); ++i) {
    if (series[i] == nullptr) continue;
    if (!isResting(values[i])) series[i]->newest = time;
    ids_.push_back(series[i]->id);
    values_.push_back(values[i]);
  }
  followNatives(reading, time);
  data_.oldest = std::min(data_.oldest, time);
  data_.newest = std::max(data_.newest, time);
}

void StoredSeries::followNatives(const Snapshot& reading, std::int64_t time) {
  histograms_.clear();
  std::vector<SeriesId> given;
  if (reading.hasNatives()) {
    NativeSeries natives(
        external_, [&](std::span<const Label> labels, const FloatHistogram& histogram) {
          const std::uint64_t hash = hashOf(labels);
          Series* series = data_.table.find(labels, hash);
          if (series == nullptr) {
            if (data_.table.size() >= kMost) return;
            series = &data_.table.add(labels, hash);
            series->oldest = time;
          }
          given.push_back(series->id);
          markWritten(series->id);
          if (isResting(histogram.sum)) return;
          series->newest = time;
          histograms_.push_back({series->id, {time, std::make_shared<FloatHistogram>(histogram)}});
        });
    reading.replayNatives(natives);
  }
  for (const SeriesId id : goneOf(natives_, std::move(given))) {
    Series* const series = data_.table.find(id);
    if (series == nullptr) continue;
    series->newest = time;
    histograms_.push_back({id, {time, staleHistogram()}});
  }
}

void StoredSeries::resume(std::span<const std::pair<LabelSet, HistogramPointer>> histograms) {
  natives_.clear();
  for (const auto& [labels, histogram] : histograms) {
    if (isStale(*histogram)) continue;
    std::vector<Label> views;
    for (const auto& [name, value] : labels) views.push_back({name, value});
    if (const auto series = find(views)) natives_.push_back(*series);
  }
  std::ranges::sort(natives_);
}

SeriesId StoredSeries::place(std::span<const Label> labels, std::int64_t oldest,
                             std::int64_t newest) {
  const std::uint64_t hash = hashOf(labels);
  const AppendLock::Appending lock(data_.lock);
  Series* series = data_.table.find(labels, hash);
  if (series == nullptr) {
    if (data_.table.size() >= kMost) throw std::runtime_error("too many series");
    series = &data_.table.add(labels, hash);
    series->oldest = oldest;
    series->newest = newest;
  }
  widen(*series, oldest, newest);
  markWritten(series->id);
  return series->id;
}

void StoredSeries::widen(SeriesId series, std::int64_t oldest, std::int64_t newest) {
  const AppendLock::Appending lock(data_.lock);
  if (Series* const known = data_.table.find(series)) widen(*known, oldest, newest);
}

void StoredSeries::markWritten(SeriesId series) {
  if (isWritten_.size() <= series) isWritten_.resize(series + 1);
  isWritten_[series] = true;
}

bool StoredSeries::mayBeWritten(std::span<const SeriesId> series) const {
  const AppendLock::Asking lock(data_.lock);
  return std::ranges::any_of(series,
                             [&](SeriesId id) { return id < isWritten_.size() && isWritten_[id]; });
}

void StoredSeries::widen(Series& series, std::int64_t oldest, std::int64_t newest) {
  series.oldest = std::min(series.oldest, oldest);
  series.newest = std::max(series.newest, newest);
  data_.oldest = std::min(data_.oldest, oldest);
  data_.newest = std::max(data_.newest, newest);
}

std::optional<SeriesId> StoredSeries::find(std::span<const Label> labels) const {
  const std::uint64_t hash = hashOf(labels);
  const AppendLock::Asking lock(data_.lock);
  const Series* const series = data_.table.find(labels, hash);
  return series == nullptr ? std::nullopt : std::optional(series->id);
}

std::optional<StoredSeries::Labels> StoredSeries::labels(SeriesId series) const {
  const AppendLock::Asking lock(data_.lock);
  const Series* const known = data_.table.find(series);
  if (known == nullptr) return std::nullopt;
  return Labels{data_.table.index().views(known->labels)};
}

LabelSet StoredSeries::labelSet(SeriesId series) const {
  const AppendLock::Asking lock(data_.lock);
  const Series* const known = data_.table.find(series);
  return known == nullptr ? LabelSet() : data_.table.index().labelSet(known->labels);
}

void StoredSeries::write(Database& database) {
  const auto unwritten = data_.table.after(written_);
  if (unwritten.empty()) return;
  Statement insert(database, "INSERT INTO series(id, labels, began) VALUES(?, ?, ?)");
  for (const auto& [id, series] : unwritten) {
    const std::string json = toJson(data_.table.index().views(series->labels));
    insert.with(std::int64_t{id}, std::string_view(json), series->oldest).run();
  }
}

void StoredSeries::remove(std::span<const SeriesId> ids) {
  const AppendLock::Appending lock(data_.lock);
  std::vector<const Series*> gone;
  for (const SeriesId id : ids) {
    const Series* series = data_.table.find(id);
    if (series == nullptr) continue;
    if (layout_.has(*series)) layout_.forget();
    gone.push_back(series);
  }
  if (!gone.empty()) data_.table.remove(gone);
}

}  // namespace orchestrator_exporter::history
