#include "http/remote_write/encoding/series_samples.h"

#include <bit>

#include "http/remote_write/encoding/wire.h"
#include "metrics/resting_value.h"

namespace orchestrator_exporter::remote_write {

namespace {

// The NaN that ends a series for Prometheus, model/value.StaleNaN.
constexpr std::uint64_t kStaleBits = 0x7ff0000000000002;

}  // namespace

SeriesSamples::SeriesSamples(const RequestValues& values, const Numbers& numbers)
    : values_(values), numbers_(numbers) {}

std::string_view SeriesSamples::next(const SentSeries& series, Amounts& amounts) {
  fields_.clear();
  if (series.isHistogram) {
    if (!addHistogram(series)) return {};
    ++amounts.histograms;
    return fields_;
  }
  const bool ends = values_.values.empty();
  if (!ends && isResting(values_.values[series.place])) return {};
  std::int64_t startTime = 0;
  if (numbers_.startTimes && values_.extras != nullptr &&
      series.place < values_.extras->startTimes.size()) {
    startTime = values_.extras->startTimes[series.place];
  }
  addSample(ends ? std::bit_cast<double>(kStaleBits) : values_.values[series.place], startTime);
  ++amounts.samples;
  return fields_;
}

void SeriesSamples::addSample(double value, std::int64_t startTime) {
  const auto time = static_cast<std::uint64_t>(values_.time);
  const auto start = static_cast<std::uint64_t>(startTime);
  constexpr std::size_t kDoubleField = 1 + sizeof(double);
  const std::size_t bytes = kDoubleField + 1 + wire::varintSize(time) +
                            (startTime == 0 ? 0 : 1 + wire::varintSize(start));
  wire::addHead(fields_, numbers_.samples, bytes);
  wire::addDouble(fields_, 1, value);
  wire::addNumber(fields_, 2, time);
  if (startTime != 0) wire::addNumber(fields_, 3, start);
}

bool SeriesSamples::addHistogram(const SentSeries& series) {
  message_.clear();
  if (values_.values.empty()) {
    wire::addDouble(message_, 3, std::bit_cast<double>(kStaleBits));
  } else {
    if (values_.extras == nullptr) return false;
    const auto& all = values_.extras->histograms;
    while (nextHistogram_ < all.size() && all[nextHistogram_].place < series.place) {
      ++nextHistogram_;
    }
    if (nextHistogram_ == all.size() || all[nextHistogram_].place != series.place) return false;
    message_ = all[nextHistogram_].bytes;
  }
  wire::addNumber(message_, 15, static_cast<std::uint64_t>(values_.time));
  wire::addBytes(fields_, numbers_.histograms, message_);
  return true;
}

const ReadingExtras::PlacedExemplar* SeriesSamples::exemplar(const SentSeries& series) {
  if (values_.extras == nullptr || values_.values.empty()) return nullptr;
  const auto& all = values_.extras->exemplars;
  while (nextExemplar_ < all.size() && all[nextExemplar_].place < series.place) ++nextExemplar_;
  if (nextExemplar_ == all.size() || all[nextExemplar_].place != series.place) return nullptr;
  return &all[nextExemplar_];
}

}  // namespace orchestrator_exporter::remote_write
