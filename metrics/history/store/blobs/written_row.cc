#include "metrics/history/store/blobs/written_row.h"

#include <bit>
#include <memory>

#include "metrics/history/columns/byte_reader.h"
#include "metrics/history/columns/histogram_column.h"
#include "metrics/history/columns/timed_histograms.h"
#include "metrics/history/columns/varint.h"

namespace orchestrator_exporter::history {

namespace {

void put(std::uint64_t number, Bytes& out) {
  std::uint8_t bytes[kLongestVarint];
  out.insert(out.end(), bytes, writeVarint(bytes, number));
}

void putDistance(std::int64_t from, std::int64_t to, Bytes& out) {
  put(zigzag(static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from)), out);
}

std::int64_t readFrom(ByteReader& bytes, std::int64_t from) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(from) + unzigzag(bytes.varint()));
}

void putValue(double value, Bytes& out) {
  auto bits = std::bit_cast<std::uint64_t>(value);
  for (std::size_t i = 0; i < sizeof bits; ++i, bits >>= 8) {
    out.push_back(static_cast<std::uint8_t>(bits));
  }
}

double readValue(ByteReader& bytes) {
  std::uint64_t bits = 0;
  for (unsigned i = 0; i < sizeof bits; ++i) bits |= std::uint64_t{bytes.byte()} << (8 * i);
  return std::bit_cast<double>(bits);
}

// Where the samples before have led to.
struct Place {
  std::int64_t series = 0;
  std::int64_t time = 0;
};

void putSamples(std::span<const TimedSample> samples, Place& place, Bytes& out) {
  for (const TimedSample& sample : samples) {
    putDistance(place.time, sample.time, out);
    putValue(sample.value, out);
    place.time = sample.time;
  }
}

void putSamples(std::span<const TimedHistogram> samples, Place& place, Bytes& out) {
  HistogramWriter histograms;
  for (const TimedHistogram& sample : samples) {
    putDistance(place.time, sample.time, out);
    histograms.append(*sample.histogram);
    place.time = sample.time;
  }
  put(histograms.bytes().size(), out);
  out.insert(out.end(), histograms.bytes().begin(), histograms.bytes().end());
}

void takeSamples(ByteReader& bytes, Place& place, std::uint64_t count,
                 std::vector<TimedSample>& out) {
  for (; count > 0; --count) {
    place.time = readFrom(bytes, place.time);
    out.push_back({place.time, readValue(bytes)});
  }
}

void takeSamples(ByteReader& bytes, Place& place, std::uint64_t count,
                 std::vector<TimedHistogram>& out) {
  for (; count > 0; --count) {
    place.time = readFrom(bytes, place.time);
    out.push_back({place.time, nullptr});
  }
  readHistograms(bytes.bytes(bytes.varint()), out);
}

template <typename Sample>
Bytes encode(std::span<const Numbered<Sample>> series) {
  Bytes blob;
  beginChecked(blob);
  Place place;
  for (const Numbered<Sample>& one : series) {
    putDistance(place.series, one.series, blob);
    put(one.samples.size(), blob);
    place.series = one.series;
    putSamples(one.samples, place, blob);
  }
  endChecked(blob);
  return blob;
}

template <typename Sample>
bool decode(std::span<const std::uint8_t> blob,
            const std::function<void(const Numbered<Sample>&)>& take) {
  const auto content = contentOf(blob);
  if (!content) return false;
  std::vector<Sample> samples;
  Place place;
  try {
    for (ByteReader bytes(*content); !bytes.atEnd();) {
      place.series = readFrom(bytes, place.series);
      samples.clear();
      takeSamples(bytes, place, bytes.varint(), samples);
      take({static_cast<SeriesId>(place.series), samples});
    }
  } catch (const DamagedColumn&) {
    return false;
  }
  return true;
}

}  // namespace

Bytes encodeWritten(std::span<const NumberedSamples> series) { return encode(series); }
Bytes encodeWritten(std::span<const NumberedHistograms> series) { return encode(series); }

bool decodeWritten(std::span<const std::uint8_t> blob,
                   const std::function<void(const NumberedSamples&)>& take) {
  return decode(blob, take);
}
bool decodeWritten(std::span<const std::uint8_t> blob,
                   const std::function<void(const NumberedHistograms&)>& take) {
  return decode(blob, take);
}

void readHistograms(std::span<const std::uint8_t> bytes, std::span<TimedHistogram> out) {
  HistogramReader histograms(bytes);
  for (TimedHistogram& one : out) {
    one.histogram = withoutBelief(std::make_shared<FloatHistogram>(histograms.next()));
  }
}

}  // namespace orchestrator_exporter::history
