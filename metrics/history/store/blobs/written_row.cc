#include "metrics/history/store/blobs/written_row.h"

#include <bit>

#include "metrics/history/columns/byte_reader.h"
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

}  // namespace

Bytes encodeWritten(std::span<const NumberedSamples> series) {
  Bytes blob;
  beginChecked(blob);
  std::int64_t number = 0;
  std::int64_t time = 0;
  for (const NumberedSamples& one : series) {
    putDistance(number, one.series, blob);
    put(one.samples.size(), blob);
    number = one.series;
    for (const TimedSample& sample : one.samples) {
      putDistance(time, sample.time, blob);
      putValue(sample.value, blob);
      time = sample.time;
    }
  }
  endChecked(blob);
  return blob;
}

bool decodeWritten(std::span<const std::uint8_t> blob,
                   const std::function<void(const NumberedSamples&)>& take) {
  const auto content = contentOf(blob);
  if (!content) return false;
  std::vector<TimedSample> samples;
  std::int64_t number = 0;
  std::int64_t time = 0;
  try {
    for (ByteReader bytes(*content); !bytes.atEnd();) {
      number = readFrom(bytes, number);
      samples.clear();
      for (std::uint64_t left = bytes.varint(); left > 0; --left) {
        time = readFrom(bytes, time);
        samples.push_back({time, readValue(bytes)});
      }
      take({static_cast<SeriesId>(number), samples});
    }
  } catch (const DamagedColumn&) {
    return false;
  }
  return true;
}

}  // namespace orchestrator_exporter::history
