#include "metrics/history/head.h"

#include <algorithm>
#include <bit>
#include <iterator>
#include <ranges>
#include <tuple>
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

bool isSame(const MetricMetadata& a, const MetricMetadata& b) {
  return std::tie(a.family, a.type, a.help, a.unit) == std::tie(b.family, b.type, b.help, b.unit);
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
    NativeSeries natives(
        config_.external, [&](std::span<const Label> labels, const FloatHistogram& histogram) {
          const std::uint64_t hash = hashOf(labels);
          Series* series = data_.table.find(labels, hash);
          if (series == nullptr) {
            if (data_.table.size() >= config_.maxSeries) return;
            series = &data_.table.add(labels, hash);
            series->oldest = series->newest = time;
          }
          appendHistogram(*series, {time, std::make_shared<FloatHistogram>(histogram)});
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
      FloatHistogram marker;
      marker.sum = std::bit_cast<double>(kStaleBits);
      appendHistogram(*series, {time, std::make_shared<FloatHistogram>(marker)});
      ++counted_.appended;
    }
  }
  natives_ = std::move(given);
}

std::vector<std::size_t> Head::append(std::span<const Written> series, std::int64_t latest,
                                      std::span<Results> results) {
  std::vector<std::size_t> postponed;
  const AppendLock::Writing lock(data_.lock);
  for (std::size_t i = 0; i < series.size(); ++i) {
    Series* const known = data_.table.find(series[i].series.labels, series[i].hash);
    // Pieces of one series stay in their order.
    const bool isBehind = !postponed.empty() && series[postponed.back()].hash == series[i].hash;
    if (isBehind || (config_.hasArchive && needsArchive(known, series[i].series.samples))) {
      postponed.push_back(i);
    } else {
      append(known, series[i], {}, latest, results[i]);
    }
  }
  expireIfDue();
  return postponed;
}

void Head::append(const Written& series, const Archived& archived, std::int64_t latest,
                  Results& results) {
  const AppendLock::Writing lock(data_.lock);
  append(data_.table.find(series.series.labels, series.hash), series, archived, latest, results);
  expireIfDue();
}

bool Head::needsArchive(const Series* series, std::span<const TimedSample> samples) const {
  if (series == nullptr || series->timed == nullptr) return true;
  return std::ranges::any_of(samples, [&](const TimedSample& sample) {
    return series->timed->isLate(sample.time) && !series->timed->valueAt(sample.time);
  });
}

void Head::append(Series* series, const Written& written, const Archived& archived,
                  std::int64_t latest, Results& results) {
  for (const TimedSample& sample : written.series.samples) {
    AppendResult result = admit(series, sample.time, latest);
    if (result == AppendResult::kAppended) {
      if (series == nullptr) {
        series = &data_.table.add(written.series.labels, written.hash);
        series->oldest = series->newest = sample.time;
      }
      result = append(*series, archived, sample);
    }
    ++(result == AppendResult::kAppended ? counted_.appended : counted_.refused);
    results.push_back(result);
  }
}

// Whether a series, null if it would be a new one, may have a sample of this time.
AppendResult Head::admit(const Series* series, std::int64_t time, std::int64_t latest) const {
  if (time > std::min(latest, TimedSamples::kLatestTime) || time < oldestWritten()) {
    return AppendResult::kOutOfBounds;
  }
  const bool isFull = series == nullptr && data_.table.size() >= config_.maxSeries;
  return isFull ? AppendResult::kFull : AppendResult::kAppended;
}

std::int64_t Head::oldestWritten() const {
  if (now() == Selection::kOldest) return -TimedSamples::kLatestTime;
  return now() - config_.writtenRetention.value_or(config_.retention).count();
}

AppendResult Head::append(Series& series, const Archived& archived, const TimedSample& sample) {
  if (series.timed == nullptr) series.timed = std::make_unique<TimedSamples>();
  if (archived.newest && !series.timed->hasNewest()) series.timed->follow(*archived.newest);
  const auto kept = std::ranges::lower_bound(archived.samples, sample.time, {}, &TimedSample::time);
  const AppendResult result = kept != archived.samples.end() && kept->time == sample.time
                                  ? TimedSamples::compare(kept->value, sample.value)
                                  : series.timed->append(sample, config_.outOfOrderWindow.count());
  if (result == AppendResult::kAppended) widen(series, sample.time);
  return result;
}

void Head::append(const WrittenHistograms& written, std::int64_t latest, Results& results) {
  const std::uint64_t hash = hashOf(written.labels);
  const AppendLock::Writing lock(data_.lock);
  Series* series = data_.table.find(written.labels, hash);
  for (const TimedHistogram& sample : written.samples) {
    AppendResult result = admit(series, sample.time, latest);
    if (result == AppendResult::kAppended) {
      if (series == nullptr) {
        series = &data_.table.add(written.labels, hash);
        series->oldest = series->newest = sample.time;
      }
      result = appendHistogram(*series, sample);
    }
    ++(result == AppendResult::kAppended ? counted_.appended : counted_.refused);
    results.push_back(result);
  }
  expireIfDue();
}

AppendResult Head::appendHistogram(Series& series, const TimedHistogram& sample) {
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

void Head::forget(const WrittenSeries& series) {
  const std::uint64_t hash = hashOf(series.labels);
  const AppendLock::Writing lock(data_.lock);
  Series* const known = data_.table.find(series.labels, hash);
  if (known != nullptr && known->timed != nullptr) known->timed->forget(series.samples);
}

std::vector<MetricMetadata> Head::describe(std::span<const MetricMetadata> families) {
  constexpr std::size_t kMostFamilies = 50'000;
  std::vector<MetricMetadata> news;
  const std::lock_guard lock(describedMutex_);
  for (const MetricMetadata& family : families) {
    const auto known = described_.find(family.family);
    if (known == described_.end() ? described_.size() >= kMostFamilies
                                  : isSame(known->second, family)) {
      continue;
    }
    described_.insert_or_assign(family.family, family);
    news.push_back(family);
  }
  return news;
}

void Head::expireIfDue() {
  constexpr int kPartsOfRetention = 8;
  if (now() == Selection::kOldest || now() < nextExpiry_) return;
  nextExpiry_ = now() + config_.retention.count() / kPartsOfRetention;
  expire(now() - config_.retention.count());
}

void Head::expire(std::int64_t cutoff) {
  data_.blocks.expire(cutoff);
  std::vector<const Series*> gone;
  seriesBytes_ = 0;
  for (const auto& [id, series] : data_.table.all()) {
    if (series->timed != nullptr && !config_.hasArchive) {
      series->timed->expire(cutoff);
      if (series->timed->empty()) series->timed = nullptr;
    }
    if (series->histograms != nullptr) {
      series->histograms->expire(std::min(cutoff, oldestWritten()));
      if (series->histograms->empty()) series->histograms = nullptr;
    }
    const bool hasWritten =
        (series->timed != nullptr && !series->timed->empty()) || series->histograms != nullptr;
    if (series->newest < cutoff && !hasWritten) {
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
  std::vector<MetricMetadata> all;
  if (reading != nullptr) all = metadataOf(*reading);
  std::vector<MetricMetadata> joined;
  const std::lock_guard lock(describedMutex_);
  const auto described = std::views::values(described_);
  std::ranges::set_union(all, described, std::back_inserter(joined), {}, &MetricMetadata::family,
                         &MetricMetadata::family);
  return joined;
}

}  // namespace orchestrator_exporter::history
