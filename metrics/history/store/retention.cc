#include "metrics/history/store/retention.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "metrics/history.h"
#include "metrics/history/store/blobs/crc32c.h"
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

// Blocks that are thinned out in one call: a second's work for some thousand series.
constexpr std::size_t kThinnedAtOnce = 16;

constexpr std::array<std::int64_t, 3> kSteps = {0, kTiers[0].step, kTiers[1].step};

// The blocks of one tier that are too old, for all of their series or for some.
class OldBlocks {
 public:
  OldBlocks(Database& database, const SeriesAges& ages, std::size_t tier, std::int64_t now)
      : database_(database), ages_(ages), step_(kSteps[tier]) {
    for (const SeriesAges::Group& group : ages.groups()) {
      const bool isKeptCoarser =
          tier + 1 < kSteps.size() && group.ages[tier + 1] > group.ages[tier];
      const std::int64_t guard =
          isKeptCoarser ? keptCoarserUntil(database, step_) : Selection::kNewest;
      ends_.push_back(std::min(now - group.ages[tier].count() - 1, guard));
    }
  }

  // False if there is more to do.
  bool remove() {
    std::size_t thinned = 0;
    const std::int64_t newest = std::ranges::max(ends_);
    for (const BlockInfo& block :
         BlockReader(database_).blocks(step_, Selection::kOldest, newest)) {
      const Bytes old = oldGroups(block);
      if (old.empty()) continue;
      if (std::ranges::all_of(ends_, [&](std::int64_t end) { return block.last <= end; })) {
        history::remove(database_, block);
        continue;
      }
      // So that a block is gone through once, and again if other series are to go.
      const std::int64_t mark = std::int64_t{crc32c(old)} + 1;
      if (block.thinned == mark) continue;
      if (thinned == kThinnedAtOnce) return false;
      thin(block, mark);
      ++thinned;
    }
    return true;
  }

 private:
  bool isOld(const BlockInfo& block, std::size_t group) const { return block.last <= ends_[group]; }

  // The names of the groups for whose series the block is too old.
  Bytes oldGroups(const BlockInfo& block) const {
    Bytes names;
    for (std::size_t i = 0; i < ends_.size(); ++i) {
      if (!isOld(block, i)) continue;
      const std::string& name = ages_.groups()[i].name;
      names.insert(names.end(), name.begin(), name.end());
      names.push_back('\n');
    }
    return names;
  }

  void thin(const BlockInfo& block, std::int64_t mark) {
    Transaction transaction(database_, Transaction::Kind::kWrite);
    std::vector<std::int64_t> old;
    bool isEmpty = true;
    Statement rows(database_, "SELECT id FROM chunks WHERE id >= ? AND id < ?");
    rows.with(chunkId(block.id, 0), chunkId(block.id + 1, 0));
    while (rows.next()) {
      const std::int64_t chunk = rows.integer(0);
      if (isOld(block, ages_.of(seriesOf(chunk)))) {
        old.push_back(chunk);
      } else {
        isEmpty = false;
      }
    }
    if (isEmpty) {
      removeBlock(database_, block);
    } else {
      Statement removal(database_, "DELETE FROM chunks WHERE id=?");
      for (const std::int64_t chunk : old) removal.with(chunk).run();
      Statement(database_, "UPDATE blocks SET thinned=? WHERE id=?").with(mark, block.id).run();
    }
    transaction.commit();
  }

  Database& database_;
  const SeriesAges& ages_;
  const std::int64_t step_;
  std::vector<std::int64_t> ends_;  // for each group: a block that ends then or before is too old
};

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
bool retainWritten(Database& database, const SeriesAges& ages, const Retention& retention,
                   std::int64_t now) {
  expireWritten(database, ages, now);
  if (moveWrittenToSteps(database, ages, now)) return false;
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
  const SeriesAges ages(database, retention);
  Retained retained;
  for (std::size_t tier = 0; tier < kSteps.size(); ++tier) {
    if (!OldBlocks(database, ages, tier, now).remove()) retained.isDone = false;
  }
  if (!retainWritten(database, ages, retention, now)) retained.isDone = false;
  {
    Chunks chunks(database);
    while (usedBytes(database) > retention.bytes && removeOldest(database, chunks)) {
    }
  }
  // What was freed is given back to the file system, some megabytes at a time.
  Statement(database, "PRAGMA incremental_vacuum(512)").run();
  retained.gone = removeSeries(database);
  return retained;
}

}  // namespace orchestrator_exporter::history
