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
#include "metrics/resting_value.h"

namespace orchestrator_exporter::history {

namespace {

std::size_t heldBytesOf(const Series& series) {
  return sizeof series + series.labels.heldBytes() + series.column.heldBytes() +
         (series.timed == nullptr ? 0 : series.timed->heldBytes()) +
         (series.histograms == nullptr ? 0 : series.histograms->heldBytes()) +
         (series.natives == nullptr ? 0 : series.natives->heldBytes());
}

double valueOf(const TimedSample& sample) { return sample.value; }
const HistogramPointer& valueOf(const TimedHistogram& sample) { return sample.histogram; }

// Whether it has to be known first what an archive has of the series; null if it is not known.
template <typename Timed, typename Sample>
bool needsArchive(const Timed* timed, std::span<const Sample> samples) {
  if (timed == nullptr) return true;
  return std::ranges::any_of(samples, [&](const Sample& sample) {
    return timed->isLate(sample.time) && !timed->valueAt(sample.time);
  });
}

template <typename Timed, typename Sample>
AppendResult appendTo(std::unique_ptr<Timed>& timed, const Head::ArchivedOf<Sample>& archived,
                      const Sample& sample, std::chrono::milliseconds window) {
  if (timed == nullptr) timed = std::make_unique<Timed>();
  if (archived.newest && !timed->hasNewest()) timed->follow(*archived.newest);
  const auto kept = std::ranges::lower_bound(archived.samples, sample.time, {}, &Sample::time);
  const bool isKept = kept != archived.samples.end() && kept->time == sample.time;
  return isKept ? Timed::compare(valueOf(*kept), valueOf(sample))
                : timed->append(sample, window.count());
}

template <typename Timed>
bool hasSamples(const std::unique_ptr<Timed>& timed) {
  return timed != nullptr && !timed->empty();
}

// Of an archive's series it stays known which samples were its newest.
template <typename Timed>
void expire(std::unique_ptr<Timed>& timed, std::int64_t cutoff, bool staysKnown) {
  if (timed == nullptr) return;
  timed->expire(cutoff);
  if (timed->empty() && !staysKnown) timed = nullptr;
}

bool isSame(const MetricMetadata& a, const MetricMetadata& b) {
  return std::tie(a.family, a.type, a.help, a.unit) == std::tie(b.family, b.type, b.help, b.unit);
}

}  // namespace

Head::Head(Config config)
    : config_(std::move(config)),
      data_{.blocks = Blocks(config_.retention.count() / 2)},
      writtenRetention_(config_.writtenRetention.value_or(config_.retention)),
      layout_(config_.external, config_.maxSeries),
      families_(std::make_shared<const std::vector<MetricMetadata>>()) {}

std::int64_t Head::now() const { return lastLayout_ != 0 ? lastReadingTime_ : data_.newest; }

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

void Head::take(const Snapshot& reading) {
  const std::int64_t time =
      std::chrono::floor<std::chrono::milliseconds>(reading.time.time_since_epoch()).count();
  const AppendLock::Appending lock(data_.lock);
  if (!begin(time)) return;
  const std::vector<Series*> gone = layout_.follow(reading, time, data_.table);
  put(layout_.values(reading), gone);
  takeNatives(reading, time);
  if (reading.layout() != lastLayout_) {
    lastLayout_ = reading.layout();
    families_ = std::make_shared<const std::vector<MetricMetadata>>(metadataOf(reading));
  }
  expireIfDue();
}

void Head::restore(const Restored& reading) {
  const AppendLock::Appending lock(data_.lock);
  if (!begin(reading.time)) return;
  const std::vector<Series*> gone =
      reading.series ? layout_.restore(*reading.series, reading.time, data_.table)
                     : std::vector<Series*>();
  put(reading.values, gone);
  natives_.clear();
  for (const auto& [labels, histogram] : reading.histograms) {
    std::vector<Label> views;
    for (const auto& [name, value] : labels) views.push_back({name, value});
    Series* const series = views.empty() ? nullptr : placeNative(views, reading.time);
    if (series == nullptr) continue;
    putNative(*series, reading.time, histogram);
    if (!isStale(*histogram)) natives_.push_back(series->id);
  }
  std::ranges::sort(natives_);
  expireIfDue();
}

void Head::put(std::span<const double> values, const std::vector<Series*>& gone) {
  const std::span<Series* const> series = layout_.series();
  for (std::size_t i = 0; i < series.size(); ++i) {
    if (series[i] == nullptr || isResting(values[i])) continue;
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
                           Series* const series = placeNative(labels, time);
                           if (series == nullptr) return;
                           given.push_back(series->id);
                           if (isResting(histogram.sum)) return;
                           putNative(*series, time, std::make_shared<FloatHistogram>(histogram));
                         });
    reading.replayNatives(natives);
  }
  for (const SeriesId id : goneOf(natives_, std::move(given))) {
    if (Series* series = data_.table.find(id)) putNative(*series, time, staleHistogram());
  }
}

// Null if there are too many.
Series* Head::placeNative(std::span<const Label> labels, std::int64_t time) {
  const std::uint64_t hash = hashOf(labels);
  Series* series = data_.table.find(labels, hash);
  if (series != nullptr) return series;
  if (data_.table.size() >= config_.maxSeries) return nullptr;
  series = &data_.table.add(labels, hash);
  series->oldest = series->newest = time;
  return series;
}

void Head::putNative(Series& series, std::int64_t time, const HistogramPointer& histogram) {
  if (series.natives == nullptr) series.natives = std::make_unique<TimedHistograms>();
  if (series.natives->append({time, histogram}, 0) == AppendResult::kAppended) {
    widen(series, time);
  }
  ++counted_.appended;
}

std::vector<std::size_t> Head::append(std::span<const Written> series, std::int64_t latest,
                                      std::span<Results> results) {
  std::vector<std::size_t> postponed;
  const AppendLock::Writing lock(data_.lock);
  for (std::size_t i = 0; i < series.size(); ++i) {
    Series* const known = data_.table.find(series[i].series.labels, series[i].hash);
    // Pieces of one series stay in their order.
    const bool isBehind = !postponed.empty() && series[postponed.back()].hash == series[i].hash;
    if (isBehind ||
        (config_.hasArchive &&
         needsArchive(known == nullptr ? nullptr : known->timed.get(), series[i].series.samples))) {
      postponed.push_back(i);
    } else {
      append(known, series[i].series, series[i].hash, &Series::timed, Archived(), latest,
             results[i]);
    }
  }
  expireIfDue();
  return postponed;
}

void Head::append(const Written& series, const Archived& archived, std::int64_t latest,
                  Results& results) {
  const AppendLock::Writing lock(data_.lock);
  append(data_.table.find(series.series.labels, series.hash), series.series, series.hash,
         &Series::timed, archived, latest, results);
  expireIfDue();
}

bool Head::append(const WrittenHistograms& written, std::int64_t latest, Results& results) {
  const std::uint64_t hash = hashOf(written.labels);
  const AppendLock::Writing lock(data_.lock);
  Series* const known = data_.table.find(written.labels, hash);
  if (config_.hasArchive &&
      needsArchive(known == nullptr ? nullptr : known->histograms.get(), written.samples)) {
    return false;
  }
  append(known, written, hash, &Series::histograms, ArchivedHistograms(), latest, results);
  expireIfDue();
  return true;
}

void Head::append(const WrittenHistograms& written, const ArchivedHistograms& archived,
                  std::int64_t latest, Results& results) {
  const std::uint64_t hash = hashOf(written.labels);
  const AppendLock::Writing lock(data_.lock);
  append(data_.table.find(written.labels, hash), written, hash, &Series::histograms, archived,
         latest, results);
  expireIfDue();
}

template <typename Samples, typename Timed, typename Sample>
void Head::append(Series* series, const Samples& written, std::uint64_t hash,
                  std::unique_ptr<Timed> Series::*timed, const ArchivedOf<Sample>& archived,
                  std::int64_t latest, Results& results) {
  for (const Sample& sample : written.samples) {
    AppendResult result = admit(series, sample.time, latest);
    if (result == AppendResult::kAppended) {
      if (series == nullptr) {
        series = &data_.table.add(written.labels, hash);
        series->oldest = series->newest = sample.time;
      }
      result = appendTo(series->*timed, archived, sample, config_.outOfOrderWindow);
      if (result == AppendResult::kAppended) widen(*series, sample.time);
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
  return now() - writtenRetention_.count();
}

void Head::setWrittenRetention(std::chrono::milliseconds retention) {
  const AppendLock::Writing lock(data_.lock);
  writtenRetention_ = retention;
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

void Head::forget(const WrittenHistograms& series) {
  const std::uint64_t hash = hashOf(series.labels);
  const AppendLock::Writing lock(data_.lock);
  Series* const known = data_.table.find(series.labels, hash);
  if (known != nullptr && known->histograms != nullptr) known->histograms->forget(series.samples);
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
  // An archive's samples stay until they are in its chunks, or too old for these.
  const std::int64_t writtenCutoff =
      config_.hasArchive ? std::min(cutoff, oldestWritten()) : cutoff;
  std::vector<const Series*> gone;
  seriesBytes_ = 0;
  for (const auto& [id, series] : data_.table.all()) {
    history::expire(series->timed, writtenCutoff, config_.hasArchive);
    history::expire(series->histograms, writtenCutoff, config_.hasArchive);
    history::expire(series->natives, cutoff, false);
    const bool hasWritten = hasSamples(series->timed) || hasSamples(series->histograms);
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
  std::shared_ptr<const std::vector<MetricMetadata>> read;
  {
    const AppendLock::Asking lock(data_.lock);
    read = families_;
  }
  std::vector<MetricMetadata> joined;
  const std::lock_guard lock(describedMutex_);
  const auto described = std::views::values(described_);
  std::ranges::set_union(*read, described, std::back_inserter(joined), {}, &MetricMetadata::family,
                         &MetricMetadata::family);
  return joined;
}

}  // namespace orchestrator_exporter::history
