#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/base/string_hash.h"
#include "metrics/base/text_buffer.h"
#include "metrics/pushed/point.h"
#include "metrics/pushed/pushed_family.h"
#include "metrics/pushed/stream_table.h"
#include "metrics/series_index.h"
#include "metrics/shared_labels.h"

namespace orchestrator_exporter {

// A family whose series are made of the points of streams. One lock, held for a point or for a
// block of series, so that neither pushes nor scrapes wait for each other.
template <typename Cell>
class StreamFamily final : public PushedFamily {
 public:
  using Point = typename Cell::Point;

  using PushedFamily::PushedFamily;
  ~StreamFamily() override {
    commons_.series.fetch_sub(index_.size());
    commons_.streams.fetch_sub(deltas_.size() + totals_.size());
  }

  // Brings a point into the series with these labels.
  Taken take(const PointTime& at, const Point& point, const SeriesLabels& labels);
  // The sender says that this has no value any more: its series is not shown until the next point.
  void end(const PointTime& at);

  void give(Sink& out) override;
  std::size_t seriesCount() const override {
    const std::lock_guard lock(mutex_);
    return index_.size();
  }
  bool isEmpty() const override {
    const std::lock_guard lock(mutex_);
    return index_.size() + deltas_.size() + totals_.size() == 0;
  }

 private:
  using Total = TotalStream<typename Cell::Memory>;
  // So many series are given under one lock: some 20 microseconds for counters.
  static constexpr std::size_t kBlock = 256;
  static constexpr std::uint32_t kDropped = UINT32_MAX;  // in the place of a series
  static constexpr std::string_view kOverflowLabels = R"({overflow="true"})";

  // A series, or room for one.
  struct Place {
    SharedLabels labels = {};  // none in a free place
    Cell cell = {};
    std::uint32_t lastSeen = 0;  // coarse seconds
    std::uint32_t expiry = 0;    // of its own, in seconds; 0 if it has none
    std::uint32_t version = 0;   // how many series were here before
  };

  // All below with the mutex held.
  template <typename Stream>
  bool isLive(const Stream& stream) const {
    return stream.series == kDropped || places_[stream.series].version == stream.version;
  }
  Taken takeDelta(const PointTime& at, const Point& point, const SeriesLabels& labels);
  Taken takeTotal(const PointTime& at, const Point& point, const SeriesLabels& labels);
  // A new stream, or one whose series was forgotten, gets its series.
  void attach(StreamHead& stream, const SeriesLabels& labels);
  std::uint32_t findSeries(std::string_view labelText) const;
  std::uint32_t makeSeries(std::string_view labelText);
  std::uint32_t overflowSeries();
  template <typename Stream>
  Taken noted(const Stream& stream, Taken taken);
  void takeOut(std::uint32_t place);
  bool giveBlock(FamilySink* sink, std::size_t begin, std::uint32_t now);
  void sweepStreams(std::uint32_t now);

  mutable std::mutex mutex_;
  SeriesIndex index_;
  std::vector<Place> places_;
  std::vector<std::uint32_t> free_;
  StreamTable<DeltaStream> deltas_;
  StreamTable<Total> totals_;
  std::uint32_t overflow_ = kDropped;  // the place of the overflow series
  std::uint32_t swept_ = 0;            // coarse seconds
};

template <typename Cell>
Taken StreamFamily<Cell>::take(const PointTime& at, const Point& point,
                               const SeriesLabels& labels) {
  const std::lock_guard lock(mutex_);
  return at.temporality == Temporality::kDelta ? takeDelta(at, point, labels)
                                               : takeTotal(at, point, labels);
}

template <typename Cell>
Taken StreamFamily<Cell>::takeDelta(const PointTime& at, const Point& point,
                                    const SeriesLabels& labels) {
  DeltaStream* stream = deltas_.find(at.stream);
  if (stream == nullptr) {
    if (!PushedCommons::take(commons_.streams, commons_.limits.maxStreams)) {
      return {.result = PushResult::kRejected};
    }
    stream = &deltas_.add(at.stream);
    attach(*stream, labels);
  } else if (!isLive(*stream)) {
    attach(*stream, labels);
  }
  const std::uint64_t print =
      mixWords(mixWords(at.start ^ 0x9E3779B97F4A7C15u, at.time | 1), Cell::print(point) ^ at.time);
  if (at.time != 0 && !stream->note(print | 1)) return {.result = PushResult::kDuplicate};
  stream->lastSeen = commons_.seconds();
  if (stream->series == kDropped) return {.result = PushResult::kOverflow};
  return noted(*stream, places_[stream->series].cell.add(point));
}

template <typename Cell>
Taken StreamFamily<Cell>::takeTotal(const PointTime& at, const Point& point,
                                    const SeriesLabels& labels) {
  Total* stream = totals_.find(at.stream);
  bool first = stream == nullptr;
  if (first) {
    if (!PushedCommons::take(commons_.streams, commons_.limits.maxStreams)) {
      return {.result = PushResult::kRejected};
    }
    stream = &totals_.add(at.stream);
    attach(*stream, labels);
  } else if (!isLive(*stream)) {
    first = true;
    stream->time = 0;
    attach(*stream, labels);
  }
  stream->lastSeen = commons_.seconds();
  if (at.time != 0) {
    if (at.time <= stream->time) return {.result = PushResult::kDuplicate};
    stream->time = at.time;
  }
  if (stream->series == kDropped) return {.result = PushResult::kOverflow};
  Cell& cell = places_[stream->series].cell;
  if (at.temporality == Temporality::kCumulative) {
    return noted(*stream, cell.grow(point, stream->last, first));
  }
  cell.set(point);
  return noted(*stream, {});
}

template <typename Cell>
template <typename Stream>
Taken StreamFamily<Cell>::noted(const Stream& stream, Taken taken) {
  places_[stream.series].lastSeen = stream.lastSeen;
  if (stream.series == overflow_) taken.result = PushResult::kOverflow;
  return taken;
}

template <typename Cell>
void StreamFamily<Cell>::attach(StreamHead& stream, const SeriesLabels& labels) {
  TextBuffer text;
  labels.append(text);
  std::uint32_t place = findSeries(text.view());
  if (place == SeriesIndex::kNone) {
    const bool hasRoom = index_.size() < commons_.limits.maxSeriesPerFamily &&
                         PushedCommons::take(commons_.series, commons_.limits.maxSeries);
    place = hasRoom ? makeSeries(text.view()) : overflowSeries();
  }
  if (place != kDropped && place != overflow_) places_[place].expiry = labels.expiry();
  stream.series = place;
  stream.version = place == kDropped ? 0 : places_[place].version;
}

template <typename Cell>
std::uint32_t StreamFamily<Cell>::findSeries(std::string_view labelText) const {
  return index_.find(index_.hash(labelText), [&](std::uint32_t place) {
    return places_[place].labels.text() == labelText;
  });
}

template <typename Cell>
std::uint32_t StreamFamily<Cell>::makeSeries(std::string_view labelText) {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(places_.size()));
    places_.emplace_back();
  }
  const std::uint32_t place = free_.back();
  // Gauges do not count from a beginning on.
  const std::uint32_t created = Cell::kType == MetricType::kGauge ? 0 : commons_.unixTime();
  places_[place].labels = SharedLabels(labelText, created);
  places_[place].lastSeen = commons_.seconds();
  index_.insert(index_.hash(labelText), place);
  free_.pop_back();
  return place;
}

template <typename Cell>
std::uint32_t StreamFamily<Cell>::overflowSeries() {
  if (Cell::kDroppedAtOverflow) return kDropped;
  if (overflow_ == kDropped) {
    overflow_ = findSeries(kOverflowLabels);
    if (overflow_ == SeriesIndex::kNone) {
      commons_.series.fetch_add(1);
      overflow_ = makeSeries(kOverflowLabels);
    }
  }
  return overflow_;
}

template <typename Cell>
void StreamFamily<Cell>::end(const PointTime& at) {
  const std::lock_guard lock(mutex_);
  const StreamHead* stream = deltas_.find(at.stream);
  if (stream == nullptr) stream = totals_.find(at.stream);
  if (stream == nullptr || stream->series == kDropped || !isLive(*stream)) return;
  takeOut(stream->series);
}

template <typename Cell>
void StreamFamily<Cell>::takeOut(std::uint32_t place) {
  index_.erase(index_.hash(places_[place].labels.text()), place);
  places_[place] = {.version = places_[place].version + 1};
  free_.push_back(place);
  commons_.series.fetch_sub(1);
  if (place == overflow_) overflow_ = kDropped;
}

template <typename Cell>
void StreamFamily<Cell>::give(Sink& out) {
  const std::uint32_t now = commons_.seconds();
  FamilySink* sink = shown() && seriesCount() > 0 ? &out.uniqueFamily(head()) : nullptr;
  std::size_t begin = 0;
  while (giveBlock(sink, begin, now)) begin += kBlock;
  sweepStreams(now);
}

template <typename Cell>
bool StreamFamily<Cell>::giveBlock(FamilySink* sink, std::size_t begin, std::uint32_t now) {
  const std::uint32_t usual =
      Cell::kExpiresSoon ? commons_.limits.gaugeExpiry : commons_.limits.expiry;
  const std::lock_guard lock(mutex_);
  const std::size_t end = std::min(begin + kBlock, places_.size());
  for (std::size_t place = begin; place < end; ++place) {
    const Place& series = places_[place];
    if (!series.labels) continue;
    // Signed: a push may have looked at a later time already.
    const auto age = static_cast<std::int32_t>(now - series.lastSeen);
    const std::uint32_t expiry = series.expiry != 0 ? series.expiry : usual;
    if (expiry != 0 && age > static_cast<std::int32_t>(expiry)) {
      takeOut(static_cast<std::uint32_t>(place));
    } else if (sink != nullptr) {
      series.cell.give(*sink, series.labels);
    }
  }
  return end < places_.size();
}

// Once a minute, block by block: streams whose series are gone; shares of gauges whose sender is
// silent; silent ones while streams are many.
template <typename Cell>
void StreamFamily<Cell>::sweepStreams(std::uint32_t now) {
  constexpr std::uint32_t kInterval = 60;
  std::size_t places = 0;
  {
    const std::lock_guard lock(mutex_);
    if (now - swept_ < kInterval) return;
    swept_ = now;
    places = std::max(deltas_.places(), totals_.places());
  }
  const PushedLimits& limits = commons_.limits;
  const bool many = commons_.streams.load() > limits.maxStreams / 2;
  const auto isOver = [&](const auto& stream) {
    if (!isLive(stream)) return true;
    const auto silent = static_cast<std::int32_t>(now - stream.lastSeen);
    if (Cell::kExpiresSoon) return silent > static_cast<std::int32_t>(limits.gaugeExpiry);
    return many && silent > static_cast<std::int32_t>(limits.streamSilence);
  };
  for (std::size_t begin = 0; begin < places; begin += kBlock) {
    const std::lock_guard lock(mutex_);
    std::size_t erased = deltas_.eraseIf(begin, begin + kBlock, isOver);
    erased += totals_.eraseIf(begin, begin + kBlock, [&](const Total& stream) {
      if (!isOver(stream)) return false;
      if (stream.series != kDropped && isLive(stream)) {
        places_[stream.series].cell.withdraw(stream.last);
      }
      return true;
    });
    commons_.streams.fetch_sub(erased);
  }
}

}  // namespace orchestrator_exporter
