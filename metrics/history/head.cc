#include "metrics/history/head.h"

#include <algorithm>
#include <bit>
#include <iterator>
#include <utility>

#include "metrics/history/families.h"
#include "metrics/history/head_query.h"
#include "metrics/history/native_series.h"
#include "metrics/history/series_key.h"

namespace orchestrator_exporter::history {

namespace {

std::size_t heldBytesOf(const Series& series) {
  return sizeof series + series.labels.capacity() * sizeof(series.labels[0]) +
         series.column.heldBytes() + (series.timed == nullptr ? 0 : series.timed->heldBytes()) +
         (series.histograms == nullptr ? 0 : series.histograms->heldBytes());
}

}  // namespace

Head::Head(Config config)
    : config_(std::move(config)),
      data_{.blocks = Blocks(config_.retention.count() / 2)},
      layout_(config_.external, config_.maxSeries) {}

std::int64_t Head::now() const { return lastReading_ != nullptr ? lastReadingTime_ : data_.newest; }

// Whether there can be a reading of this time.
bool Head::begin(std::int64_t time) {
  if (time <= lastReadingTime_) {
    if (lastReadingTime_ - time < config_.retention.count()) {
      ++counted_.refusedReadings;
      return false;
    }
    forgetReadings(time);
  }
  data_.blocks.begin(time, data_.table);
  lastReadingTime_ = time;
  data_.oldest = std::min(data_.oldest, time);
  data_.newest = std::max(data_.newest, time);
  return true;
}

void Head::forgetReadings(std::int64_t now) {
  data_.blocks.clear(data_.table);
  layout_.forget();
  for (const auto& [id, series] : data_.table.all()) {
    series->newest = std::min(series->newest, now);
    series->oldest = std::min(series->oldest, now);
  }
  data_.newest = now;
  nextExpiry_ = now;
}

void Head::take(std::shared_ptr<const Snapshot> reading) {
  const std::int64_t time =
      std::chrono::floor<std::chrono::milliseconds>(reading->time.time_since_epoch()).count();
  const AppendLock::Appending lock(data_.lock);
  if (!begin(time)) return;
  const std::vector<Series*> gone = layout_.follow(*reading, time, data_.table);
  put(layout_.values(*reading), gone);
  takeNatives(*reading, time);
  lastReading_ = std::move(reading);
  expireIfDue();
}

void Head::restore(std::int64_t time, std::optional<std::span<const LabelSet>> series,
                   std::span<const double> values) {
  const AppendLock::Appending lock(data_.lock);
  if (!begin(time)) return;
  const std::vector<Series*> gone =
      series ? layout_.restore(*series, time, data_.table) : std::vector<Series*>();
  put(values, gone);
  expireIfDue();
}

void Head::put(std::span<const double> values, const std::vector<Series*>& gone) {
  const std::span<Series* const> series = layout_.series();
  for (std::size_t i = 0; i < series.size(); ++i) {
    if (series[i] == nullptr) continue;
    data_.blocks.put(*series[i], values[i]);
    ++counted_.appended;
  }
  for (Series* one : gone) data_.blocks.put(*one, std::bit_cast<double>(kStaleBits));
  counted_.appended += gone.size();
}

// Native buckets become samples of a series with the name of their family.
void Head::takeNatives(const Snapshot& reading, std::int64_t time) {
  std::vector<SeriesId> given;
  if (reading.hasNatives()) {
    NativeSeries natives(config_.external,
                         [&](std::span<const Label> labels, const FloatHistogram& histogram) {
                           const std::uint64_t hash = hashOf(labels);
                           Series* series = data_.table.find(labels, hash);
                           if (series == nullptr) {
                             if (data_.table.size() >= config_.maxSeries) return;
                             series = &data_.table.add(labels, hash);
                             series->oldest = series->newest = time;
                           }
                           append(*series, {time, std::make_shared<FloatHistogram>(histogram)});
                           ++counted_.appended;
                           given.push_back(series->id);
                         });
    reading.replayNatives(natives);
    std::ranges::sort(given);
  }
  std::vector<SeriesId> gone;
  std::ranges::set_difference(natives_, given, std::back_inserter(gone));
  for (const SeriesId id : gone) {
    if (Series* series = data_.table.find(id)) {
      append(*series, TimedSample{time, std::bit_cast<double>(kStaleBits)});
    }
  }
  natives_ = std::move(given);
}

std::vector<AppendResult> Head::append(const LabelSet& labels,
                                       std::span<const TimedSample> samples) {
  return appendAll(labels, samples);
}

std::vector<AppendResult> Head::append(const LabelSet& labels,
                                       std::span<const TimedHistogram> samples) {
  return appendAll(labels, samples);
}

template <class Sample>
std::vector<AppendResult> Head::appendAll(const LabelSet& labels, std::span<const Sample> samples) {
  const std::vector<Label> key = labelsOf(labels);
  const std::uint64_t hash = hashOf(key);
  std::vector<AppendResult> results;
  results.reserve(samples.size());
  const AppendLock::Appending lock(data_.lock);
  Series* series = data_.table.find(key, hash);
  for (const Sample& sample : samples) {
    AppendResult result = admit(sample.time, series == nullptr);
    if (result == AppendResult::kAppended) {
      if (series == nullptr) {
        series = &data_.table.add(key, hash);
        series->oldest = series->newest = sample.time;
      }
      result = append(*series, sample);
    }
    ++(result == AppendResult::kAppended ? counted_.appended : counted_.refused);
    results.push_back(result);
  }
  expireIfDue();
  return results;
}

AppendResult Head::admit(std::int64_t time, bool toNewSeries) const {
  if (time > TimedSamples::kLatestTime || time < -TimedSamples::kLatestTime) {
    return AppendResult::kRefused;
  }
  if (now() != Selection::kOldest && time < now() - config_.retention.count()) {
    return AppendResult::kTooOld;
  }
  const bool isFull = toNewSeries && data_.table.size() >= config_.maxSeries;
  return isFull ? AppendResult::kRefused : AppendResult::kAppended;
}

AppendResult Head::append(Series& series, const TimedSample& sample) {
  if (series.timed == nullptr) series.timed = std::make_unique<TimedSamples>();
  const AppendResult result = series.timed->append(sample, config_.outOfOrderWindow.count());
  if (result == AppendResult::kAppended) widen(series, sample.time);
  return result;
}

AppendResult Head::append(Series& series, const TimedHistogram& sample) {
  if (std::bit_cast<std::uint64_t>(sample.histogram->sum) == kStaleBits) {
    return append(series, TimedSample{sample.time, sample.histogram->sum});
  }
  if (series.histograms == nullptr) series.histograms = std::make_unique<TimedHistograms>();
  const AppendResult result = series.histograms->append(sample, config_.outOfOrderWindow.count());
  if (result == AppendResult::kAppended) widen(series, sample.time);
  return result;
}

void Head::widen(Series& series, std::int64_t time) {
  series.oldest = std::min(series.oldest, time);
  series.newest = std::max(series.newest, time);
  data_.oldest = std::min(data_.oldest, time);
  data_.newest = std::max(data_.newest, time);
}

void Head::expireIfDue() {
  constexpr int kPartsOfRetention = 8;
  if (now() < nextExpiry_) return;
  nextExpiry_ = now() + config_.retention.count() / kPartsOfRetention;
  expire(now() - config_.retention.count());
}

void Head::expire(std::int64_t cutoff) {
  data_.blocks.expire(cutoff);
  std::vector<const Series*> gone;
  seriesBytes_ = 0;
  for (const auto& [id, series] : data_.table.all()) {
    if (series->timed != nullptr) {
      series->timed->expire(cutoff);
      if (series->timed->empty()) series->timed = nullptr;
    }
    if (series->histograms != nullptr) {
      series->histograms->expire(cutoff);
      if (series->histograms->empty()) series->histograms = nullptr;
    }
    if (series->newest < cutoff) {
      if (layout_.has(*series)) layout_.forget();
      gone.push_back(series.get());
    } else {
      seriesBytes_ += heldBytesOf(*series);
    }
  }
  if (!gone.empty()) data_.table.remove(gone);
}

Head::Figures Head::figures() const {
  const AppendLock::Asking lock(data_.lock);
  Figures figures = counted_;
  figures.series = data_.table.size();
  figures.bytes = seriesBytes_ + data_.blocks.heldBytes() + data_.table.index().heldBytes();
  return figures;
}

std::int64_t Head::oldestReading() const {
  const AppendLock::Asking lock(data_.lock);
  return data_.blocks.oldest();
}

Selected Head::select(const Selection& selection, std::size_t maxSamples) const {
  return HeadQuery(data_).select(selection, maxSamples);
}

std::vector<LabelSet> Head::series(const SeriesFilter& filter) const {
  return HeadQuery(data_).series(filter);
}

std::vector<std::string> Head::labelNames(const SeriesFilter& filter) const {
  return HeadQuery(data_).labelNames(filter);
}

std::vector<std::string> Head::labelValues(std::string_view name,
                                           const SeriesFilter& filter) const {
  return HeadQuery(data_).labelValues(name, filter);
}

std::vector<MetricMetadata> Head::metadata() const {
  std::shared_ptr<const Snapshot> reading;
  {
    const AppendLock::Asking lock(data_.lock);
    reading = lastReading_;
  }
  return reading == nullptr ? std::vector<MetricMetadata>() : metadataOf(*reading);
}

}  // namespace orchestrator_exporter::history
