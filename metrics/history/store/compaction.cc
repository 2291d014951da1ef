#include "metrics/history/store/compaction.h"

#include <optional>
#include <utility>

#include "metrics/history/store/block_writer.h"
#include "metrics/history/store/log.h"

namespace orchestrator_exporter::history {

std::int64_t blockBegin(std::int64_t time) {
  return (time >= 0 ? time : time - kBlockSpan + 1) / kBlockSpan * kBlockSpan;
}

std::optional<std::size_t> compactLog(Database& database, std::int64_t boundary) {
  Statement older(database, "SELECT 1 FROM log WHERE time < ? AND NOT compacted LIMIT 1");
  if (!older.with(boundary).next()) return std::nullopt;
  older.reset();
  Transaction transaction(database, Transaction::Kind::kWrite);
  BlockWriter block;
  std::optional<std::pair<std::int64_t, LogRow>> last;
  const std::size_t damaged = readLog(database, [&](const LogReading& reading) {
    if (reading.time >= boundary) return false;
    last.emplace(reading.time,
                 LogEncoder().encode(reading.samples.series(), reading.samples.values()));
    last->second.histograms = encodeHistograms(reading.histograms);
    if (reading.isCompacted) return true;
    const bool isOver =
        !block.empty() && (block.isFull() || blockBegin(reading.time) != blockBegin(block.first()));
    if (isOver) block.write(database);
    block.add(reading);
    return true;
  });
  if (!block.empty()) block.write(database);
  Statement(database, "DELETE FROM log WHERE time < ?").with(boundary).run();
  if (last) insertRow(database, last->first, last->second, true);
  transaction.commit();
  return damaged;
}

}  // namespace orchestrator_exporter::history
