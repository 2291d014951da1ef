#include "metrics/history/store/written_tiers.h"

#include <algorithm>
#include <bit>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "metrics/history.h"
#include "metrics/history/store/block_reader.h"
#include "metrics/history/store/block_writer.h"
#include "metrics/history/store/tiers.h"
#include "metrics/history/store/written/written_chunks.h"

namespace orchestrator_exporter::history {

namespace {

constexpr const Tier& kFine = kTiers[0];
constexpr const Tier& kCoarse = kTiers[1];

// A part of the work: some millions of samples at one a second, far fewer otherwise.
constexpr std::size_t kSeriesOfPart = 16;
constexpr std::int64_t kDaysOfPart = 4;

// The block of a time: what is of its begin is in the block before.
std::int64_t blockOf(const Tier& tier, std::int64_t time) { return floorTo(time - 1, tier.block); }

// The last value that is no staleness marker.
std::optional<double> lastOf(std::span<const TimedSample> samples) {
  for (; !samples.empty(); samples = samples.first(samples.size() - 1)) {
    const double value = samples.back().value;
    if (std::bit_cast<std::uint64_t>(value) != kStaleBits) return value;
  }
  return std::nullopt;
}

// Puts the samples of series into the blocks of their days.
class DaysWriter {
 public:
  explicit DaysWriter(Database& database)
      : database_(database), reader_(database), writer_(database) {}

  void put(SeriesId series, std::span<const TimedSample> samples) {
    if (samples.empty()) return;
    std::optional<double> before = lastBefore(series, blockOf(kFine, samples.front().time));
    while (!samples.empty()) {
      const std::int64_t begin = blockOf(kFine, samples.front().time);
      const auto end =
          std::ranges::upper_bound(samples, begin + kFine.block, {}, &TimedSample::time);
      const auto day = samples.first(static_cast<std::size_t>(end - samples.begin()));
      StepAggregator steps(begin, kFine.step, static_cast<std::size_t>(kFine.block / kFine.step));
      if (before) steps.add(begin, *before);
      for (const TimedSample& sample : day) steps.add(sample.time, sample.value);
      writer_.put(block(begin), series, steps.finish());
      if (const auto last = lastOf(day)) before = last;
      samples = samples.subspan(day.size());
    }
  }

 private:
  std::int64_t block(std::int64_t begin) {
    const auto known = blocks_.find(begin);
    if (known != blocks_.end()) return known->second;
    return blocks_[begin] = writtenBlock(database_, kFine, begin);
  }

  // The value that a series ended the day before with, from which an increase counts.
  std::optional<double> lastBefore(SeriesId series, std::int64_t begin) {
    const auto days = reader_.blocks(kFine.step, begin - kFine.block, begin, Origin::kWritten);
    if (days.empty()) return std::nullopt;
    const auto content = reader_.chunk(days.back().id, series);
    if (!content) return std::nullopt;
    const Aggregates steps = readAggregates(*content, days.back().positions);
    const auto last = std::ranges::find_if(steps.rbegin(), steps.rend(),
                                           [](const auto& step) { return step.has_value(); });
    return last == steps.rend() ? std::nullopt : std::optional((*last)->last);
  }

  Database& database_;
  BlockReader reader_;
  StepsWriter writer_;
  std::map<std::int64_t, std::int64_t> blocks_;
};

// For each group: samples that are not later are too old.
using Ends = std::vector<std::int64_t>;

bool haveSteps(const SeriesAges::Group& group) { return group.ages[1] > group.ages[0]; }

// Some series that have chunks which are too old as a whole.
template <typename Sample>
std::vector<SeriesId> endingSeries(WrittenChunks<Sample>& chunks, const SeriesAges& ages,
                                   const Ends& ends, std::size_t most) {
  const std::int64_t newest = std::ranges::max(ends);
  if (newest == Selection::kOldest) return {};
  const bool isOneGroup = ends.size() == 1;
  std::vector<SeriesId> ending;
  for (const SeriesId series : chunks.endingUntil(newest, isOneGroup ? most : SIZE_MAX)) {
    if (ending.size() == most) break;
    if (isOneGroup || chunks.oldestEnd(series) <= ends[ages.of(series)]) ending.push_back(series);
  }
  return ending;
}

// In a transaction of the caller's.
template <typename Sample>
void expire(WrittenChunks<Sample>& chunks, const SeriesAges& ages, const Ends& ends) {
  for (const SeriesId series : endingSeries(chunks, ages, ends, SIZE_MAX)) {
    chunks.expire(series, ends[ages.of(series)]);
  }
}

}  // namespace

void expireWritten(Database& database, const SeriesAges& ages, std::int64_t now) {
  Ends samples;
  Ends histograms;
  for (const SeriesAges::Group& group : ages.groups()) {
    histograms.push_back(now - group.ages[0].count() - 1);
    samples.push_back(haveSteps(group) ? Selection::kOldest : histograms.back());
  }
  WrittenChunks<TimedSample> sampleChunks(database);
  WrittenChunks<TimedHistogram> histogramChunks(database);
  Transaction transaction(database, Transaction::Kind::kWrite);
  expire(sampleChunks, ages, samples);
  expire(histogramChunks, ages, histograms);
  transaction.commit();
}

bool moveWrittenToSteps(Database& database, const SeriesAges& ages, std::int64_t now) {
  Ends ends;
  for (const SeriesAges::Group& group : ages.groups()) {
    const std::int64_t cutoff = floorTo(now - group.ages[0].count(), kFine.block);
    ends.push_back(haveSteps(group) ? cutoff : Selection::kOldest);
  }
  WrittenChunks<TimedSample> chunks(database);
  const std::vector<SeriesId> ending = endingSeries(chunks, ages, ends, kSeriesOfPart);
  if (ending.empty()) return false;
  Transaction transaction(database, Transaction::Kind::kWrite);
  DaysWriter days(database);
  for (const SeriesId series : ending) {
    const std::int64_t until = blockOf(kFine, chunks.oldest(series)) + kDaysOfPart * kFine.block;
    days.put(series, chunks.takeUntil(series, std::min(until, ends[ages.of(series)])));
  }
  transaction.commit();
  return true;
}

void moveWrittenToHours(Database& database, std::int64_t cutoff) {
  const std::int64_t boundary = floorTo(cutoff, kCoarse.block);
  for (;;) {
    BlockReader reader(database);
    const auto days = reader.blocks(kFine.step, Selection::kOldest, boundary, Origin::kWritten);
    if (days.empty() || days.front().last > boundary) return;
    const std::int64_t begin = blockOf(kCoarse, days.front().first);
    Transaction transaction(database, Transaction::Kind::kWrite);
    makeTierBlock(database, kCoarse, begin, Origin::kWritten);
    for (const BlockInfo& day : days) {
      if (day.last <= begin + kCoarse.block) removeBlock(database, day);
    }
    transaction.commit();
  }
}

}  // namespace orchestrator_exporter::history
