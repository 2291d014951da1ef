#include "metrics/history/store/written/written_chunks.h"

#include <algorithm>
#include <span>
#include <type_traits>

#include "metrics/history.h"
#include "metrics/history/columns/column_reader.h"
#include "metrics/history/columns/column_writer.h"
#include "metrics/history/columns/histogram_column.h"
#include "metrics/history/columns/varint.h"
#include "metrics/history/store/blobs/checked_blob.h"
#include "metrics/history/store/blobs/written_row.h"

namespace orchestrator_exporter::history {

namespace {

// A chunk is a checksum, a varint of how many bytes the column of times takes, it, and the column
// of values, or the histograms (histogram_column.h).
void appendTimes(const ColumnWriter& times, Bytes& out) {
  Bytes packed;
  times.write(packed);
  std::uint8_t size[kLongestVarint];
  out.insert(out.end(), size, writeVarint(size, packed.size()));
  out.insert(out.end(), packed.begin(), packed.end());
}

// How samples of a kind are packed, and in which table.
template <typename Sample>
struct Packing;

template <>
struct Packing<TimedSample> {
  static constexpr const char* kTable = "written_chunks";
  // Twice as many as the chunks of a head; a row is some hundreds of bytes.
  static constexpr std::size_t kSamplesOfChunk = 240;

  static void write(std::span<const TimedSample> samples, Bytes& out) {
    ColumnWriter values;
    for (const TimedSample& sample : samples) values.append(sample.value);
    values.write(out);
  }
  static void read(std::span<const std::uint8_t> bytes, std::span<TimedSample> out) {
    ColumnReader values(bytes, static_cast<std::uint32_t>(out.size()));
    for (TimedSample& sample : out) {
      if (!values.next()) throw DamagedColumn();
      sample.value = values.value();
    }
  }
};

template <>
struct Packing<TimedHistogram> {
  static constexpr const char* kTable = "histogram_chunks";
  // As those of a head: each is as large as some dozens of numbers.
  static constexpr std::size_t kSamplesOfChunk = 60;

  static void write(std::span<const TimedHistogram> samples, Bytes& out) {
    HistogramWriter histograms;
    for (const TimedHistogram& sample : samples) histograms.append(*sample.histogram);
    out.insert(out.end(), histograms.bytes().begin(), histograms.bytes().end());
  }
  static void read(std::span<const std::uint8_t> bytes, std::span<TimedHistogram> out) {
    readHistograms(bytes, out);
  }
};

template <typename Sample>
Bytes encode(std::span<const Sample> samples) {
  ColumnWriter times;
  for (const Sample& sample : samples) times.append(static_cast<double>(sample.time));
  Bytes blob;
  beginChecked(blob);
  appendTimes(times, blob);
  Packing<Sample>::write(samples, blob);
  endChecked(blob);
  return blob;
}

// Throws DamagedColumn.
template <typename Sample>
void decode(std::span<const std::uint8_t> content, std::uint32_t positions,
            std::vector<Sample>& out) {
  const std::size_t before = out.size();
  ByteReader bytes(content);
  ColumnReader times(bytes.bytes(bytes.varint()), positions);
  while (times.next()) out.push_back({static_cast<std::int64_t>(times.value()), {}});
  Packing<Sample>::read(bytes.rest(), std::span(out).subspan(before));
}

// Numbers are unpacked where they stay. Throws DamagedColumn.
template <typename Sample>
void addTo(SampleMerge& samples, std::span<const std::uint8_t> content, std::uint32_t positions) {
  if constexpr (std::is_same_v<Sample, TimedSample>) {
    ByteReader bytes(content);
    const ColumnReader times(bytes.bytes(bytes.varint()), positions);
    samples.add(times, ColumnReader(bytes.rest(), positions), positions);
  } else {
    std::vector<Sample> read;
    decode(content, positions, read);
    samples.add(read);
  }
}

// Of several of one time the first stays.
template <typename Sample>
void sortOut(std::vector<Sample>& samples) {
  std::ranges::stable_sort(samples, {}, &Sample::time);
  const auto repeated = std::ranges::unique(samples, {}, &Sample::time);
  samples.erase(repeated.begin(), repeated.end());
}

}  // namespace

template <typename Sample>
void PackedChunks<Sample>::add(std::uint32_t positions, std::span<const std::uint8_t> content) {
  chunks_.push_back({positions, bytes_.size(), content.size()});
  bytes_.insert(bytes_.end(), content.begin(), content.end());
}

template <typename Sample>
std::size_t PackedChunks<Sample>::positions() const {
  std::size_t positions = 0;
  for (const Chunk& chunk : chunks_) positions += chunk.positions;
  return positions;
}

template <typename Sample>
void PackedChunks<Sample>::addTo(SampleMerge& samples) const {
  for (const Chunk& chunk : chunks_) {
    try {
      history::addTo<Sample>(samples, std::span(bytes_).subspan(chunk.begin, chunk.size),
                             chunk.positions);
    } catch (const DamagedColumn&) {
      continue;  // its checksum was right, so that hardly any is
    }
  }
}

template <typename Sample>
WrittenChunks<Sample>::WrittenChunks(Database& database)
    : WrittenChunks(database, Packing<Sample>::kTable) {}

namespace {

// Those of a series (?1) from the last one that begins not later than a time (?2) to the last one
// that begins until another (?3). They do not overlap, so that no earlier one reaches so far, and
// none of them is looked at: a row is some hundreds of bytes.
std::string rangeOf(const std::string& columns, const std::string& table) {
  return "SELECT " + columns + " FROM " + table +
         " WHERE series=?1 AND first<=?3 AND first>=ifnull((SELECT max(first) FROM " + table +
         " WHERE series=?1 AND first<=?2), ?2)";
}

}  // namespace

template <typename Sample>
WrittenChunks<Sample>::WrittenChunks(Database& database, const std::string& table)
    : data_(database, rangeOf("positions, data", table) + " AND last>=?2 ORDER BY first"),
      newestOfSeries_(database, "SELECT max(last) FROM " + table + " WHERE series=?"),
      ranges_(database, rangeOf("first, last, positions", table) + " ORDER BY first"),
      remove_(database, "DELETE FROM " + table + " WHERE series=? AND first=?"),
      insert_(database,
              "INSERT INTO " + table + "(series, first, last, positions, data) VALUES(?,?,?,?,?)"),
      oldestOfSeries_(database, "SELECT min(first) FROM " + table + " WHERE series=?"),
      oldestEnd_(database, "SELECT min(last) FROM " + table),
      endingUntil_(database, "SELECT DISTINCT series FROM " + table + " WHERE last<=? LIMIT ?"),
      expire_(database, "DELETE FROM " + table + " WHERE last<?"),
      oldestEndOfSeries_(database, "SELECT min(last) FROM " + table + " WHERE series=?"),
      expireSeries_(database, "DELETE FROM " + table + " WHERE series=? AND last<=?") {}

template <typename Sample>
std::vector<Sample> WrittenChunks<Sample>::samples(SeriesId series, std::int64_t from,
                                                   std::int64_t until) {
  std::vector<Sample> found;
  data_.with(std::int64_t{series}, from, until);
  while (data_.next()) {
    const std::size_t whole = found.size();
    try {
      const auto content = contentOf(data_.blob(1));
      if (!content) throw DamagedColumn();
      decode(*content, static_cast<std::uint32_t>(data_.integer(0)), found);
    } catch (const DamagedColumn&) {
      found.resize(whole);
      ++damaged_;
    }
  }
  std::erase_if(found,
                [&](const Sample& sample) { return sample.time < from || sample.time > until; });
  return found;
}

template <typename Sample>
PackedChunks<Sample> WrittenChunks<Sample>::packed(SeriesId series, std::int64_t from,
                                                   std::int64_t until) {
  PackedChunks<Sample> found;
  data_.with(std::int64_t{series}, from, until);
  while (data_.next()) {
    if (const auto content = contentOf(data_.blob(1))) {
      found.add(static_cast<std::uint32_t>(data_.integer(0)), *content);
    } else {
      ++damaged_;
    }
  }
  return found;
}

template <typename Sample>
std::optional<Sample> WrittenChunks<Sample>::newest(SeriesId series) {
  const auto time = number(newestOfSeries_.with(std::int64_t{series}));
  if (!time) return std::nullopt;
  const auto last = samples(series, *time, *time);
  return last.empty() ? std::nullopt : std::optional(last.front());
}

template <typename Sample>
std::int64_t WrittenChunks<Sample>::newestTime(Database& database) {
  Statement newest(database, std::string("SELECT max(last) FROM ") + Packing<Sample>::kTable);
  return number(newest).value_or(Selection::kOldest);
}

template <typename Sample>
std::int64_t WrittenChunks<Sample>::oldestEnd() {
  return number(oldestEnd_.with()).value_or(Selection::kNewest);
}

template <typename Sample>
std::int64_t WrittenChunks<Sample>::oldestEnd(SeriesId series) {
  return number(oldestEndOfSeries_.with(std::int64_t{series})).value_or(Selection::kNewest);
}

template <typename Sample>
std::int64_t WrittenChunks<Sample>::oldest(SeriesId series) {
  return number(oldestOfSeries_.with(std::int64_t{series})).value_or(Selection::kNewest);
}

template <typename Sample>
std::vector<SeriesId> WrittenChunks<Sample>::endingUntil(std::int64_t until, std::size_t most) {
  std::vector<SeriesId> found;
  endingUntil_.with(until, static_cast<std::int64_t>(most));
  while (endingUntil_.next()) found.push_back(static_cast<SeriesId>(endingUntil_.integer(0)));
  return found;
}

template <typename Sample>
std::vector<Sample> WrittenChunks<Sample>::takeUntil(SeriesId series, std::int64_t until) {
  std::vector<Sample> taken;
  std::vector<Sample> left;
  for (const Range& chunk : ranges(series, Selection::kOldest, until)) {
    for (Sample& sample : samples(series, chunk.first, chunk.last)) {
      (sample.time <= until ? taken : left).push_back(std::move(sample));
    }
    remove_.with(std::int64_t{series}, chunk.first).run();
  }
  write(series, left);
  return taken;
}

template <typename Sample>
std::optional<std::int64_t> WrittenChunks<Sample>::number(Statement& statement) {
  const bool isThere = statement.next() && !statement.isNull(0);
  const auto found = isThere ? std::optional(statement.integer(0)) : std::nullopt;
  statement.reset();
  return found;
}

template <typename Sample>
std::vector<typename WrittenChunks<Sample>::Range> WrittenChunks<Sample>::ranges(
    SeriesId series, std::int64_t from, std::int64_t until) {
  std::vector<Range> found;
  ranges_.with(std::int64_t{series}, from, until);
  while (ranges_.next()) {
    found.push_back(
        {ranges_.integer(0), ranges_.integer(1), static_cast<std::size_t>(ranges_.integer(2))});
  }
  return found;
}

// Samples that come between two chunks become chunks of their own, or go on in the one before if
// that is not full; those that come into a chunk are written again with it.
template <typename Sample>
void WrittenChunks<Sample>::add(SeriesId series, std::vector<Sample>& samples) {
  sortOut(samples);
  if (samples.empty()) return;
  const std::vector<Range> chunks = ranges(series, samples.front().time, samples.back().time);
  const auto before = [](std::span<const Sample> some, std::int64_t time) {
    return std::ranges::lower_bound(some, time, {}, &Sample::time);
  };
  std::span<const Sample> left = samples;
  for (std::size_t i = 0; i <= chunks.size(); ++i) {
    const std::int64_t end = i < chunks.size() ? chunks[i].first : Selection::kNewest;
    const std::span<const Sample> part(left.begin(), before(left, end));
    left = left.subspan(part.size());
    if (part.empty()) continue;
    if (i > 0 && (part.front().time <= chunks[i - 1].last || !isFull(chunks[i - 1]))) {
      merge(series, chunks[i - 1], part);
    } else {
      write(series, part);
    }
  }
}

template <typename Sample>
bool WrittenChunks<Sample>::isFull(const Range& chunk) {
  return chunk.positions >= Packing<Sample>::kSamplesOfChunk;
}

template <typename Sample>
void WrittenChunks<Sample>::merge(SeriesId series, const Range& chunk,
                                  std::span<const Sample> samples) {
  std::vector<Sample> all = this->samples(series, chunk.first, chunk.last);
  remove_.with(std::int64_t{series}, chunk.first).run();
  all.insert(all.end(), samples.begin(), samples.end());
  sortOut(all);
  write(series, all);
}

template <typename Sample>
void WrittenChunks<Sample>::write(SeriesId series, std::span<const Sample> sorted) {
  for (; !sorted.empty();
       sorted = sorted.subspan(std::min(Packing<Sample>::kSamplesOfChunk, sorted.size()))) {
    const auto chunk = sorted.first(std::min(Packing<Sample>::kSamplesOfChunk, sorted.size()));
    const Bytes blob = encode(chunk);
    insert_
        .with(std::int64_t{series}, chunk.front().time, chunk.back().time,
              static_cast<std::int64_t>(chunk.size()), std::span<const std::uint8_t>(blob))
        .run();
  }
}

template <typename Sample>
void WrittenChunks<Sample>::expire(std::int64_t cutoff) {
  expire_.with(cutoff).run();
}

template <typename Sample>
void WrittenChunks<Sample>::expire(SeriesId series, std::int64_t until) {
  expireSeries_.with(std::int64_t{series}, until).run();
}

template class PackedChunks<TimedSample>;
template class PackedChunks<TimedHistogram>;
template class WrittenChunks<TimedSample>;
template class WrittenChunks<TimedHistogram>;

}  // namespace orchestrator_exporter::history
