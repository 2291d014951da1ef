#include "metrics/history/store/tiers.h"

#include <algorithm>
#include <vector>

#include "metrics/history.h"
#include "metrics/history/columns/column_reader.h"
#include "metrics/history/store/blobs/aggregate.h"
#include "metrics/history/store/block_reader.h"
#include "metrics/history/store/block_writer.h"
#include "metrics/history/store/compaction.h"

namespace orchestrator_exporter::history {

namespace {

struct Source {
  BlockInfo info;
  std::vector<std::int64_t> times;
};

// One block of a tier in the making.
class TierBlock {
 public:
  TierBlock(Database& database, const Tier& tier, std::int64_t begin, Origin origin)
      : database_(database), reader_(database), tier_(tier), begin_(begin), origin_(origin) {
    // The block before gives the samples that the first increases count from.
    const std::int64_t from = tier.source == 0 ? begin - kBlockSpan : begin;
    for (const BlockInfo& info : reader_.blocks(tier.source, from, begin + tier.block, origin)) {
      sources_.push_back({info, reader_.times(info)});
    }
  }

  // In a transaction.
  void write() {
    const std::vector<std::int64_t> times = endsOfSteps(tier_, begin_);
    const std::int64_t block = origin_ == Origin::kWritten ? writtenBlock(database_, tier_, begin_)
                                                           : addBlock(database_, tier_.step, times);
    StepsWriter writer(database_);
    for (const SeriesId series : allSeries()) {
      writer.put(block, series, aggregate(series, times.size()));
    }
  }

 private:
  std::vector<SeriesId> allSeries() {
    std::vector<SeriesId> all;
    Statement rows(database_, "SELECT id FROM chunks WHERE id >= ? AND id < ?");
    for (const Source& source : sources_) {
      rows.with(chunkId(source.info.id, 0), chunkId(source.info.id + 1, 0));
      while (rows.next()) all.push_back(static_cast<SeriesId>(rows.integer(0)));
    }
    std::ranges::sort(all);
    const auto repeated = std::ranges::unique(all);
    all.erase(repeated.begin(), repeated.end());
    return all;
  }

  Aggregates aggregate(SeriesId series, std::size_t steps) {
    StepAggregator aggregator(begin_, tier_.step, steps);
    for (const Source& source : sources_) {
      const auto content = reader_.chunk(source.info.id, series);
      if (!content || source.times.empty()) continue;
      if (tier_.source == 0) {
        addSamples(*content, source, aggregator);
      } else {
        addAggregates(*content, source, aggregator);
      }
    }
    return aggregator.finish();
  }

  void addSamples(std::span<const std::uint8_t> content, const Source& source,
                  StepAggregator& aggregator) const {
    ColumnReader column(content, source.info.positions);
    while (column.next()) {
      const std::int64_t time = source.times[column.position()];
      if (time <= begin_ + tier_.block) aggregator.add(time, column.value());
    }
  }

  void addAggregates(std::span<const std::uint8_t> content, const Source& source,
                     StepAggregator& aggregator) const {
    const Aggregates finer = readAggregates(content, source.info.positions);
    for (std::size_t i = 0; i < finer.size(); ++i) {
      if (finer[i] && source.times[i] <= begin_ + tier_.block) {
        aggregator.add(source.times[i], *finer[i]);
      }
    }
  }

  Database& database_;
  BlockReader reader_;
  const Tier& tier_;
  const std::int64_t begin_;
  const Origin origin_;
  std::vector<Source> sources_;
};

// The begin of the next block to be made when all until `made` are: where there is something to
// make it of. kNewest if there is nothing.
std::int64_t nextBegin(Database& database, const Tier& tier, std::int64_t made) {
  const auto next = BlockReader(database).blocks(tier.source, made, Selection::kNewest);
  if (next.empty()) return Selection::kNewest;
  return std::max(made, floorTo(next.front().first, tier.block));
}

std::int64_t newestOf(Database& database, const Tier& tier) {
  Statement newest(database, "SELECT max(last) FROM blocks WHERE step=? AND NOT written");
  const bool isThere = newest.with(tier.step).next() && !newest.isNull(0);
  return isThere ? newest.integer(0) : Selection::kOldest;
}

bool isEmpty(const Aggregates& steps) {
  return std::ranges::none_of(steps, [](const auto& step) { return step.has_value(); });
}

}  // namespace

std::int64_t beginOf(const Selection& selection, std::int64_t step) {
  const std::int64_t back = 2 * std::max(step, kTiers.front().step);
  const bool isFarBack = selection.after < Selection::kOldest + back;
  return selection.range > 0 || isFarBack ? selection.after : selection.after - back;
}

std::int64_t floorTo(std::int64_t time, std::int64_t length) {
  return (time >= 0 ? time : time - length + 1) / length * length;
}

std::vector<std::int64_t> endsOfSteps(const Tier& tier, std::int64_t begin) {
  std::vector<std::int64_t> times;
  for (auto end = begin + tier.step; end <= begin + tier.block; end += tier.step) {
    times.push_back(end);
  }
  return times;
}

void makeTierBlock(Database& database, const Tier& tier, std::int64_t begin, Origin origin) {
  TierBlock(database, tier, begin, origin).write();
}

std::int64_t writtenBlock(Database& database, const Tier& tier, std::int64_t begin) {
  const auto known =
      BlockReader(database).blocks(tier.step, begin, begin + tier.step, Origin::kWritten);
  if (!known.empty()) return known.front().id;
  return addBlock(database, tier.step, endsOfSteps(tier, begin), Origin::kWritten);
}

StepsWriter::StepsWriter(Database& database)
    : reader_(database),
      insert_(database, "INSERT OR REPLACE INTO chunks(id, data) VALUES(?, ?)") {}

void StepsWriter::put(std::int64_t block, SeriesId series, Aggregates steps) {
  if (const auto content = reader_.chunk(block, series)) {
    const Aggregates known = readAggregates(*content, static_cast<std::uint32_t>(steps.size()));
    for (std::size_t i = 0; i < steps.size(); ++i) {
      if (known[i]) steps[i] = known[i];
    }
  }
  if (isEmpty(steps)) return;
  Bytes blob;
  beginChecked(blob);
  writeAggregates(steps, blob);
  endChecked(blob);
  insert_.with(chunkId(block, series), std::span<const std::uint8_t>(blob)).run();
}

void makeTiers(Database& database, std::int64_t oldestOpen) {
  std::int64_t sourceEnd = oldestOpen;
  for (const Tier& tier : kTiers) {
    std::int64_t made = newestOf(database, tier);
    for (;;) {
      const std::int64_t begin = nextBegin(database, tier, made);
      if (begin > sourceEnd - tier.block) break;
      Transaction transaction(database, Transaction::Kind::kWrite);
      makeTierBlock(database, tier, begin, Origin::kReadings);
      transaction.commit();
      made = begin + tier.block;
    }
    if (made == Selection::kOldest) return;  // so there is nothing to make a coarser one of
    sourceEnd = made;
  }
}

}  // namespace orchestrator_exporter::history
