#include "metrics/history/store/retention.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "metrics/history.h"
#include "metrics/history/store/block_reader.h"
#include "metrics/history/store/block_writer.h"
#include "metrics/history/store/compaction.h"
#include "metrics/history/store/tiers.h"
#include "metrics/history/store/written/written_chunks.h"

namespace orchestrator_exporter::history {

namespace {

void remove(Database& database, const BlockInfo& block) {
  Transaction transaction(database, Transaction::Kind::kWrite);
  Statement(database, "DELETE FROM chunks WHERE id >= ? AND id < ?")
      .with(chunkId(block.id, 0), chunkId(block.id + 1, 0))
      .run();
  Statement(database, "DELETE FROM blocks WHERE id=?").with(block.id).run();
  transaction.commit();
}

// The time until which the tier that is made of `step` has what that has.
std::int64_t keptCoarserUntil(Database& database, std::int64_t step) {
  for (const Tier& tier : kTiers) {
    if (tier.source != step) continue;
    Statement newest(database, "SELECT max(last) FROM blocks WHERE step=?");
    const bool isThere = newest.with(tier.step).next() && !newest.isNull(0);
    return isThere ? newest.integer(0) : Selection::kOldest;
  }
  return Selection::kNewest;  // nothing is made of it
}

void removeOld(Database& database, std::int64_t step, std::int64_t cutoff, std::int64_t guard) {
  const std::int64_t until = std::min(cutoff, guard);
  for (const BlockInfo& block : BlockReader(database).blocks(step, Selection::kOldest, until)) {
    if (block.last < cutoff && block.last <= guard) remove(database, block);
  }
}

// Of the finest tier that has one.
std::optional<BlockInfo> oldestBlock(Database& database) {
  BlockReader reader(database);
  for (const std::int64_t step : {std::int64_t{0}, kTiers[0].step, kTiers[1].step}) {
    const auto blocks = reader.blocks(step, Selection::kOldest, Selection::kNewest);
    if (!blocks.empty()) return blocks.front();
  }
  return std::nullopt;
}

void expire(Database& database, WrittenChunks& written, std::int64_t cutoff) {
  Transaction transaction(database, Transaction::Kind::kWrite);
  written.expire(cutoff);
  transaction.commit();
}

// A block, or so much of what others wrote, whichever is older; false if there is neither.
bool removeOldest(Database& database, WrittenChunks& written) {
  const auto block = oldestBlock(database);
  const std::int64_t end = written.oldestEnd();
  if (block && block->last <= end) {
    remove(database, *block);
  } else if (end != Selection::kNewest) {
    expire(database, written, end + kBlockSpan);
  }
  return block || end != Selection::kNewest;
}

// While others' newest samples are in their log alone, none is removed.
std::vector<SeriesId> removeSeries(Database& database) {
  std::int64_t oldest = Selection::kNewest;
  for (const std::int64_t step : {std::int64_t{0}, kTiers[0].step, kTiers[1].step}) {
    oldest = std::min(oldest, BlockReader(database).oldest(step));
  }
  std::vector<SeriesId> gone;
  Transaction transaction(database, Transaction::Kind::kWrite);
  Statement rows(database,
                 "DELETE FROM series WHERE ended < ? AND NOT EXISTS (SELECT 1 FROM written) AND "
                 "id NOT IN (SELECT series FROM written_chunks) RETURNING id");
  rows.with(oldest);
  while (rows.next()) gone.push_back(static_cast<SeriesId>(rows.integer(0)));
  transaction.commit();
  return gone;
}

}  // namespace

std::int64_t usedBytes(Database& database) {
  const std::int64_t pages = database.integer("PRAGMA page_count");
  return (pages - database.integer("PRAGMA freelist_count")) * database.integer("PRAGMA page_size");
}

std::vector<SeriesId> retain(Database& database, const Retention& retention, std::int64_t now) {
  const std::array<std::pair<std::int64_t, std::chrono::milliseconds>, 3> ages = {
      {{0, retention.readings},
       {kTiers[0].step, retention.fiveMinutes},
       {kTiers[1].step, retention.hour}}};
  for (std::size_t i = 0; i < ages.size(); ++i) {
    const auto [step, age] = ages[i];
    const bool isKeptCoarser = i + 1 < ages.size() && ages[i + 1].second > age;
    removeOld(database, step, now - age.count(),
              isKeptCoarser ? keptCoarserUntil(database, step) : Selection::kNewest);
  }
  {
    WrittenChunks written(database);
    expire(database, written, now - retention.readings.count());
    while (usedBytes(database) > retention.bytes && removeOldest(database, written)) {
    }
  }
  // What was freed is given back to the file system, some megabytes at a time.
  Statement(database, "PRAGMA incremental_vacuum(512)").run();
  return removeSeries(database);
}

}  // namespace orchestrator_exporter::history
