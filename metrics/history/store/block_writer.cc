#include "metrics/history/store/block_writer.h"

#include <bit>

#include "metrics/history.h"
#include "metrics/history/store/written/written_chunks.h"
#include "metrics/resting_value.h"

namespace orchestrator_exporter::history {

namespace {

bool isStale(double value) { return std::bit_cast<std::uint64_t>(value) == kStaleBits; }

}  // namespace

std::int64_t addBlock(Database& database, std::int64_t step, const std::vector<std::int64_t>& times,
                      Origin origin) {
  const std::int64_t id = database.integer("SELECT max(id) FROM blocks") + 1;
  ColumnWriter column;
  for (const std::int64_t time : times) column.append(static_cast<double>(time));
  Bytes blob;
  beginChecked(blob);
  column.write(blob);
  endChecked(blob);
  Statement(database,
            "INSERT INTO blocks(id, step, first, last, positions, times, written) "
            "VALUES(?, ?, ?, ?, ?, ?, ?)")
      .with(id, step, times.front(), times.back(), static_cast<std::int64_t>(times.size()),
            std::span<const std::uint8_t>(blob), std::int64_t{origin == Origin::kWritten})
      .run();
  return id;
}

void removeBlock(Database& database, const BlockInfo& block) {
  Statement(database, "DELETE FROM chunks WHERE id >= ? AND id < ?")
      .with(chunkId(block.id, 0), chunkId(block.id + 1, 0))
      .run();
  Statement(database, "DELETE FROM blocks WHERE id=?").with(block.id).run();
}

void BlockWriter::put(Column& column, double value) {
  const auto position = static_cast<std::uint32_t>(times_.size()) - 1;
  if (column.values.positions() < position) {
    column.values.skip(position - column.values.positions());
  }
  column.values.append(value);
  column.last = value;
}

void BlockWriter::add(const LogReading& reading) {
  const LogDecoder& samples = reading.samples;
  if (samples.hasOwnSeries() || times_.empty()) {
    layout_.clear();
    for (const SeriesId id : samples.series()) layout_.push_back(&columns_[id]);
  }
  times_.push_back(reading.time);
  for (std::size_t i = 0; i < layout_.size(); ++i) {
    if (!isResting(samples.values()[i])) put(*layout_[i], samples.values()[i]);
  }
  for (const SeriesId id : samples.gone()) put(columns_[id], std::bit_cast<double>(kStaleBits));
  for (const LoggedHistogram& one : reading.histograms) {
    histograms_[one.series].push_back(one.sample);
  }
}

void BlockWriter::writeHistograms(Database& database) {
  if (histograms_.empty()) return;
  WrittenChunks<TimedHistogram> chunks(database);
  Statement ended(database, "UPDATE series SET ended=?2 WHERE id=?1 AND ended IS NOT ?2");
  for (auto& [id, samples] : histograms_) {
    const TimedHistogram last = samples.back();
    chunks.add(id, samples);
    if (isStale(last.histogram->sum)) {
      ended.with(std::int64_t{id}, last.time).run();
    } else {
      ended.with(std::int64_t{id}, nullptr).run();
    }
  }
  histograms_.clear();
}

void BlockWriter::write(Database& database) {
  const std::int64_t block = addBlock(database, 0, times_);
  Statement chunk(database, "INSERT INTO chunks(id, data) VALUES(?, ?)");
  Statement ended(database, "UPDATE series SET ended=?2 WHERE id=?1 AND ended IS NOT ?2");
  Bytes blob;
  for (const auto& [id, column] : columns_) {
    beginChecked(blob);
    column.values.write(blob);
    endChecked(blob);
    chunk.with(chunkId(block, id), std::span<const std::uint8_t>(blob)).run();
    if (isStale(column.last)) {
      ended.with(std::int64_t{id}, times_[column.values.positions() - 1]).run();
    } else {
      ended.with(std::int64_t{id}, nullptr).run();
    }
  }
  writeHistograms(database);
  times_.clear();
  columns_.clear();
  layout_.clear();
}

}  // namespace orchestrator_exporter::history
