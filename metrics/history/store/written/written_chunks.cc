#include "metrics/history/store/written/written_chunks.h"

#include <algorithm>
#include <span>

#include "metrics/history.h"
#include "metrics/history/columns/column_reader.h"
#include "metrics/history/columns/column_writer.h"
#include "metrics/history/columns/varint.h"
#include "metrics/history/store/blobs/checked_blob.h"

namespace orchestrator_exporter::history {

namespace {

// Twice as many as the chunks of a head; a row is some hundreds of bytes.
constexpr std::size_t kSamplesOfChunk = 240;

// A checksum, a varint of how many bytes the column of times takes, it, and the column of values.
Bytes encode(std::span<const TimedSample> samples) {
  ColumnWriter times;
  ColumnWriter values;
  for (const TimedSample& sample : samples) {
    times.append(static_cast<double>(sample.time));
    values.append(sample.value);
  }
  Bytes packed;
  times.write(packed);
  Bytes blob;
  beginChecked(blob);
  std::uint8_t size[kLongestVarint];
  blob.insert(blob.end(), size, writeVarint(size, packed.size()));
  blob.insert(blob.end(), packed.begin(), packed.end());
  values.write(blob);
  endChecked(blob);
  return blob;
}

// Throws DamagedColumn.
void decode(std::span<const std::uint8_t> content, std::uint32_t positions,
            std::vector<TimedSample>& out) {
  ByteReader bytes(content);
  ColumnReader times(bytes.bytes(bytes.varint()), positions);
  ColumnReader values(bytes.rest(), positions);
  while (times.next() && values.next()) {
    out.push_back({static_cast<std::int64_t>(times.value()), values.value()});
  }
}

bool isBefore(const TimedSample& a, const TimedSample& b) { return a.time < b.time; }

// Of several of one time the first stays.
void sortOut(std::vector<TimedSample>& samples) {
  std::ranges::stable_sort(samples, isBefore);
  const auto repeated = std::ranges::unique(samples, {}, &TimedSample::time);
  samples.erase(repeated.begin(), repeated.end());
}

}  // namespace

WrittenChunks::WrittenChunks(Database& database)
    : data_(database,
            "SELECT positions, data FROM written_chunks WHERE series=? AND last>=? AND first<=? "
            "ORDER BY first"),
      newestOfSeries_(database, "SELECT max(last) FROM written_chunks WHERE series=?"),
      ranges_(database,
              "SELECT first, last, positions FROM written_chunks WHERE series=?1 AND first<=?3 AND "
              "first>=ifnull((SELECT max(first) FROM written_chunks WHERE series=?1 AND "
              "first<=?2), ?2) ORDER BY first"),
      remove_(database, "DELETE FROM written_chunks WHERE series=? AND first=?"),
      insert_(database,
              "INSERT INTO written_chunks(series, first, last, positions, data) VALUES(?,?,?,?,?)"),
      oldestEnd_(database, "SELECT min(last) FROM written_chunks"),
      expire_(database, "DELETE FROM written_chunks WHERE last<?") {}

std::vector<TimedSample> WrittenChunks::samples(SeriesId series, std::int64_t from,
                                                std::int64_t until) {
  std::vector<TimedSample> found;
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
  std::erase_if(
      found, [&](const TimedSample& sample) { return sample.time < from || sample.time > until; });
  return found;
}

std::optional<TimedSample> WrittenChunks::newest(SeriesId series) {
  const auto time = number(newestOfSeries_.with(std::int64_t{series}));
  if (!time) return std::nullopt;
  const auto last = samples(series, *time, *time);
  return last.empty() ? std::nullopt : std::optional(last.front());
}

std::int64_t WrittenChunks::newestTime(Database& database) {
  Statement newest(database, "SELECT max(last) FROM written_chunks");
  return number(newest).value_or(Selection::kOldest);
}

std::int64_t WrittenChunks::oldestEnd() {
  return number(oldestEnd_.with()).value_or(Selection::kNewest);
}

std::optional<std::int64_t> WrittenChunks::number(Statement& statement) {
  const bool isThere = statement.next() && !statement.isNull(0);
  const auto found = isThere ? std::optional(statement.integer(0)) : std::nullopt;
  statement.reset();
  return found;
}

std::vector<WrittenChunks::Range> WrittenChunks::ranges(SeriesId series, std::int64_t from,
                                                        std::int64_t until) {
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
void WrittenChunks::add(SeriesId series, std::vector<TimedSample>& samples) {
  sortOut(samples);
  if (samples.empty()) return;
  const std::vector<Range> chunks = ranges(series, samples.front().time, samples.back().time);
  const auto before = [](std::span<const TimedSample> some, std::int64_t time) {
    return std::ranges::lower_bound(some, time, {}, &TimedSample::time);
  };
  std::span<const TimedSample> left = samples;
  for (std::size_t i = 0; i <= chunks.size(); ++i) {
    const std::int64_t end = i < chunks.size() ? chunks[i].first : Selection::kNewest;
    const std::span<const TimedSample> part(left.begin(), before(left, end));
    left = left.subspan(part.size());
    if (part.empty()) continue;
    if (i > 0 && (part.front().time <= chunks[i - 1].last || !isFull(chunks[i - 1]))) {
      merge(series, chunks[i - 1], part);
    } else {
      write(series, part);
    }
  }
}

bool WrittenChunks::isFull(const Range& chunk) { return chunk.positions >= kSamplesOfChunk; }

void WrittenChunks::merge(SeriesId series, const Range& chunk,
                          std::span<const TimedSample> samples) {
  std::vector<TimedSample> all = this->samples(series, chunk.first, chunk.last);
  remove_.with(std::int64_t{series}, chunk.first).run();
  all.insert(all.end(), samples.begin(), samples.end());
  sortOut(all);
  write(series, all);
}

void WrittenChunks::write(SeriesId series, std::span<const TimedSample> sorted) {
  for (; !sorted.empty(); sorted = sorted.subspan(std::min(kSamplesOfChunk, sorted.size()))) {
    const auto chunk = sorted.first(std::min(kSamplesOfChunk, sorted.size()));
    const Bytes blob = encode(chunk);
    insert_
        .with(std::int64_t{series}, chunk.front().time, chunk.back().time,
              static_cast<std::int64_t>(chunk.size()), std::span<const std::uint8_t>(blob))
        .run();
  }
}

void WrittenChunks::expire(std::int64_t cutoff) { expire_.with(cutoff).run(); }

}  // namespace orchestrator_exporter::history
