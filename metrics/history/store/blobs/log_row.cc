#include "metrics/history/store/blobs/log_row.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "metrics/history/columns/byte_reader.h"
#include "metrics/history/columns/varint.h"
#include "metrics/history/store/blobs/written_row.h"

namespace orchestrator_exporter::history {

namespace {

// A damaged row takes at most this many with it.
constexpr unsigned kRowsOfChain = 64;

void appendVarint(Bytes& out, std::uint64_t number) {
  std::uint8_t bytes[kLongestVarint];
  out.insert(out.end(), bytes, writeVarint(bytes, number));
}

void appendDifference(Bytes& out, std::uint64_t difference) {
  const int zeroBytes = std::countl_zero(difference) / 8;
  const int below = std::countr_zero(difference) / 8;
  const int written = 8 - zeroBytes - below;
  out.push_back(static_cast<std::uint8_t>(8 * zeroBytes + written - 1));
  std::uint64_t rest = difference >> (8 * below);
  for (int i = 0; i < written; ++i, rest >>= 8) out.push_back(static_cast<std::uint8_t>(rest));
}

std::uint64_t readDifference(ByteReader& from) {
  const unsigned code = from.byte();
  const unsigned zeroBytes = code / 8;
  const unsigned written = code % 8 + 1;
  if (zeroBytes + written > 8) throw DamagedColumn();
  std::uint64_t difference = 0;
  for (unsigned i = 0; i < written; ++i) difference |= std::uint64_t{from.byte()} << (8 * i);
  return difference << (8 * (8 - zeroBytes - written));
}

Bytes seriesBlob(std::span<const SeriesId> series) {
  Bytes blob;
  beginChecked(blob);
  std::uint64_t before = 0;
  for (const SeriesId id : series) {
    appendVarint(blob, zigzag(id - before));
    before = id;
  }
  endChecked(blob);
  return blob;
}

// The values of `bits`, told by what differs from `before`.
Bytes samplesBlob(std::span<const std::uint64_t> bits, std::span<const std::uint64_t> before) {
  Bytes blob;
  beginChecked(blob);
  std::uint64_t same = 0;
  for (std::size_t i = 0; i < bits.size(); ++i) {
    const std::uint64_t difference = bits[i] ^ (before.empty() ? 0 : before[i]);
    if (difference == 0) {
      ++same;
      continue;
    }
    appendVarint(blob, same);
    appendDifference(blob, difference);
    same = 0;
  }
  endChecked(blob);
  return blob;
}

}  // namespace

std::optional<Bytes> encodeHistograms(std::span<const LoggedHistogram> histograms) {
  if (histograms.empty()) return std::nullopt;
  std::vector<NumberedHistograms> numbered;
  for (const LoggedHistogram& one : histograms) numbered.push_back({one.series, {&one.sample, 1}});
  return encodeWritten(numbered);
}

bool decodeHistograms(std::span<const std::uint8_t> blob, std::vector<LoggedHistogram>& out) {
  const std::size_t before = out.size();
  const bool isWhole = decodeWritten(blob, [&](const NumberedHistograms& one) {
    for (const TimedHistogram& sample : one.samples) out.push_back({one.series, sample});
  });
  if (!isWhole) out.resize(before);
  return isWhole;
}

LogRow LogEncoder::encode(std::span<const SeriesId> series, std::span<const double> values) {
  std::vector<std::uint64_t> bits(values.size());
  std::ranges::transform(values, bits.begin(),
                         [](double value) { return std::bit_cast<std::uint64_t>(value); });
  const bool standsAlone =
      rows_ == 0 || rows_ == kRowsOfChain || !std::ranges::equal(series, series_);
  if (standsAlone) {
    series_.assign(series.begin(), series.end());
    bits_ = std::move(bits);
    rows_ = 1;
    return last();
  }
  ++rows_;
  LogRow row{std::nullopt, samplesBlob(bits, bits_)};
  bits_ = std::move(bits);
  return row;
}

LogRow LogEncoder::last() const { return {seriesBlob(series_), samplesBlob(bits_, {})}; }

bool LogDecoder::decode(std::optional<std::span<const std::uint8_t>> series,
                        std::span<const std::uint8_t> samples) {
  const auto ownSeries = series ? contentOf(*series) : std::nullopt;
  const auto content = contentOf(samples);
  const bool isUsable = content && (series ? ownSeries.has_value() : !isBroken_);
  if (!isUsable) {
    isBroken_ = true;
    return false;
  }
  hasOwnSeries_ = series.has_value();
  gone_.clear();
  if (ownSeries) readSeries(*ownSeries);
  readSamples(*content);
  isBroken_ = false;
  return true;
}

void LogDecoder::readSeries(std::span<const std::uint8_t> bytes) {
  Postings before = std::move(series_);
  series_.clear();
  ByteReader from(bytes);
  std::uint64_t id = 0;
  while (!from.atEnd()) {
    id += unzigzag(from.varint());
    series_.push_back(static_cast<SeriesId>(id));
  }
  values_.assign(series_.size(), 0);
  Postings now = series_;
  std::ranges::sort(now);
  std::ranges::sort(before);
  gone_ = subtract(before, now);
}

void LogDecoder::readSamples(std::span<const std::uint8_t> bytes) {
  ByteReader from(bytes);
  std::uint64_t at = 0;
  while (!from.atEnd()) {
    at += from.varint();
    if (at >= values_.size()) throw DamagedColumn();
    double& value = values_[at++];
    value = std::bit_cast<double>(std::bit_cast<std::uint64_t>(value) ^ readDifference(from));
  }
}

}  // namespace orchestrator_exporter::history
