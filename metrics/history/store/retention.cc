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
#include "metrics/history/store/written_tiers.h"

namespace orchestrator_exporter::history {

namespace {

void remove(Database& database, const BlockInfo& block) {
  Transaction transaction(database, Transaction::Kind::kWrite);
  removeBlock(database, block);
  transaction.commit();
}

// The time until which the tier that is made of `step` has what that has.
std::int64_t keptCoarserUntil(Database& database, std::int64_t step) {
  for (const Tier& tier : kTiers) {
    if (tier.source != step) continue;
    Statement newest(database, "SELECT max(last) FROM blocks WHERE step=? AND NOT written");
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

std::optional<BlockInfo> oldestBlock(Database& database, std::int64_t step, Origin origin) {
  const auto blocks =
      BlockReader(database).blocks(step, Selection::kOldest, Selection::kNewest, origin);
  return blocks.empty() ? std::nullopt : std::optional(blocks.front());
}

// Of readings and of what others wrote; nullopt if there is none.
std::optional<BlockInfo> oldestBlock(Database& database, std::int64_t step) {
  const auto readings = oldestBlock(database, step, Origin::kReadings);
  const auto written = oldestBlock(database, step, Origin::kWritten);
  return !readings || (written && written->last < readings->last) ? written : readings;
}

// The samples that have times of their own and are in chunks.
class Chunks {
 public:
  explicit Chunks(Database& database)
      : database_(database), samples_(database), histograms_(database) {}

  // When the chunk ends that ends first; kNewest without any.
  std::int64_t oldestEnd() { return std::min(samples_.oldestEnd(), histograms_.oldestEnd()); }
  // Removes those that end before `cutoff`.
  void expire(std::int64_t cutoff) {
    Transaction transaction(database_, Transaction::Kind::kWrite);
    samples_.expire(cutoff);
    histograms_.expire(cutoff);
    transaction.commit();
  }
  void expireHistograms(std::int64_t cutoff) {
    Transaction transaction(database_, Transaction::Kind::kWrite);
    histograms_.expire(cutoff);
    transaction.commit();
  }

 private:
  Database& database_;
  WrittenChunks<TimedSample> samples_;
  WrittenChunks<TimedHistogram> histograms_;
};

// Of the finest tier a block, or so much of what others wrote, whichever is older; false if there
// is nothing.
bool removeOldest(Database& database, Chunks& chunks) {
  const auto readings = oldestBlock(database, 0);
  const std::int64_t end = chunks.oldestEnd();
  if (end != Selection::kNewest && (!readings || end < readings->last)) {
    chunks.expire(end + kBlockSpan);
    return true;
  }
  auto block = readings;
  for (const Tier& tier : kTiers) {
    if (!block) block = oldestBlock(database, tier.step);
  }
  if (block) remove(database, *block);
  return block.has_value();
}

// Of what others wrote; false if there is more to do.
bool retainWritten(Database& database, Chunks& chunks, const Retention& retention,
                   std::int64_t now) {
  const std::int64_t cutoff = now - retention.readings.count();
  chunks.expireHistograms(cutoff);
  if (retention.fiveMinutes <= retention.readings) {
    chunks.expire(cutoff);
  } else if (moveWrittenToSteps(database, cutoff)) {
    return false;
  }
  const std::int64_t finest = now - retention.fiveMinutes.count();
  if (retention.hour > retention.fiveMinutes) moveWrittenToHours(database, finest);
  const auto removeUntil = [&](std::int64_t step, std::int64_t until) {
    while (const auto block = oldestBlock(database, step, Origin::kWritten)) {
      if (block->last >= until) break;
      remove(database, *block);
    }
  };
  if (retention.hour <= retention.fiveMinutes) removeUntil(kTiers[0].step, finest);
  removeUntil(kTiers[1].step, now - retention.hour.count());
  return true;
}

// While others' newest samples are in their log alone, none is removed.
std::vector<SeriesId> removeSeries(Database& database) {
  Statement first(database, "SELECT min(first) FROM blocks");
  const std::int64_t oldest =
      first.next() && !first.isNull(0) ? first.integer(0) : Selection::kNewest;
  first.reset();
  std::vector<SeriesId> gone;
  Transaction transaction(database, Transaction::Kind::kWrite);
  Statement rows(database,
                 "DELETE FROM series WHERE ended < ? AND NOT EXISTS (SELECT 1 FROM written) AND "
                 "NOT EXISTS (SELECT 1 FROM written_histograms) AND id NOT IN (SELECT series FROM "
                 "written_chunks UNION ALL SELECT series FROM histogram_chunks) RETURNING id");
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

Retained retain(Database& database, const Retention& retention, std::int64_t now) {
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
  Retained retained;
  {
    Chunks chunks(database);
    retained.isDone = retainWritten(database, chunks, retention, now);
    while (usedBytes(database) > retention.bytes && removeOldest(database, chunks)) {
    }
  }
  // What was freed is given back to the file system, some megabytes at a time.
  Statement(database, "PRAGMA incremental_vacuum(512)").run();
  retained.gone = removeSeries(database);
  return retained;
}

}  // namespace orchestrator_exporter::history
