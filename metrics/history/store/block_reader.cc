#include "metrics/history/store/block_reader.h"

#include "metrics/history.h"
#include "metrics/history/columns/column_reader.h"
#include "metrics/history/store/blobs/checked_blob.h"
#include "metrics/history/store/block_writer.h"

namespace orchestrator_exporter::history {

BlockReader::BlockReader(Database& database)
    : blocks_(database,
              "SELECT id, first, last, positions, thinned FROM blocks WHERE step=? AND last>? AND "
              "first<=? AND written=? ORDER BY first"),
      oldest_(database, "SELECT min(first) FROM blocks WHERE step=? AND NOT written"),
      times_(database, "SELECT times FROM blocks WHERE id=?"),
      chunk_(database, "SELECT data FROM chunks WHERE id=?") {}

std::vector<BlockInfo> BlockReader::blocks(std::int64_t step, std::int64_t after,
                                           std::int64_t until, Origin origin) {
  std::vector<BlockInfo> found;
  blocks_.with(step, after, until, std::int64_t{origin == Origin::kWritten});
  while (blocks_.next()) {
    found.push_back({blocks_.integer(0), step, blocks_.integer(1), blocks_.integer(2),
                     static_cast<std::uint32_t>(blocks_.integer(3)), blocks_.integer(4)});
  }
  return found;
}

std::vector<BlockStretch> BlockReader::stretches(Database& database) {
  std::vector<BlockStretch> found;
  Statement rows(database,
                 "SELECT step, written, min(first), max(last) FROM blocks GROUP BY step, written");
  while (rows.next()) {
    const Origin origin = rows.integer(1) != 0 ? Origin::kWritten : Origin::kReadings;
    found.push_back({rows.integer(0), origin, rows.integer(2), rows.integer(3)});
  }
  return found;
}

std::int64_t BlockReader::oldest(std::int64_t step) {
  std::int64_t oldest = Selection::kNewest;
  oldest_.with(step);
  if (oldest_.next() && !oldest_.isNull(0)) oldest = oldest_.integer(0);
  oldest_.reset();
  return oldest;
}

std::vector<std::int64_t> BlockReader::times(const BlockInfo& block) {
  std::vector<std::int64_t> times;
  if (times_.with(block.id).next()) {
    if (const auto content = contentOf(times_.blob(0))) {
      ColumnReader column(*content, block.positions);
      while (column.next()) times.push_back(static_cast<std::int64_t>(column.value()));
    } else {
      ++damaged_;
    }
  }
  times_.reset();
  return times;
}

std::optional<std::span<const std::uint8_t>> BlockReader::chunk(std::int64_t block,
                                                                SeriesId series) {
  if (!chunk_.with(chunkId(block, series)).next()) return std::nullopt;
  const auto content = contentOf(chunk_.blob(0));
  if (!content) ++damaged_;
  return content;
}

}  // namespace orchestrator_exporter::history
