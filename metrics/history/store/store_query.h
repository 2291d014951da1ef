#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "metrics/history.h"
#include "metrics/history/head_data.h"
#include "metrics/history/sample_merge.h"
#include "metrics/history/store/block_reader.h"
#include "metrics/history/store/written/written_chunks.h"

namespace orchestrator_exporter::history {

// One question to the blocks of a store, at one moment: for each stretch of time the finest tier
// that has it. Of coarse tiers it gives one sample a step, with the time of the step's end: the
// last one, or what suits the function that is asked for (docs/history.md).
class StoreQuery {
 public:
  // The database is for this query alone meanwhile.
  StoreQuery(Database& database, HeadData& series);

  // The series that a selection is of.
  static Postings matching(const Selection& selection, HeadData& series);
  // Of these series: readings, and coarse steps of them, not later than `readingsUntil`. The
  // samples are packed until they are looked at, which throws TooManySamples if a series has more
  // than `maxSamples`.
  Selected select(const Selection& selection, const Postings& ids, std::int64_t readingsUntil,
                  std::size_t maxSamples);
  // Chunks that were left out.
  std::size_t damaged() const {
    return reader_.damaged() + (written_ ? written_->damaged() : 0) +
           (histograms_ ? histograms_->damaged() : 0);
  }

 private:
  // A block, and between which times it counts.
  struct Source {
    BlockInfo info;
    std::shared_ptr<const std::vector<std::int64_t>> times;
    std::int64_t after;
    std::int64_t until;
    // Of a block that series were taken out of: those of the next coarser tier, for these series.
    std::vector<Source> instead = {};
    bool isRead = false;  // gave steps to a series
  };
  struct Step;
  struct Packed;

  std::vector<Source> sources(std::int64_t step, std::int64_t after, std::int64_t until,
                              Origin origin);
  std::vector<Source> readingSources(const Selection& selection, std::int64_t until);
  std::vector<Source> coarserOf(const Source& source);
  std::vector<Source> coarseSources(const Selection& selection, std::int64_t latest);
  std::vector<Source> writtenSources(const Selection& selection);
  void addSteps(SeriesId series, std::vector<Source>& coarse, std::vector<Step>& steps);
  Packed packed(SeriesId series, const Selection& selection, std::vector<Source>& coarse,
                std::vector<Source>& readings);
  static std::vector<CoarseStretch> stretchesOf(const std::vector<Source>& coarse,
                                                const std::vector<Source>& readings);

  Transaction transaction_;
  HeadData& series_;
  BlockReader reader_;
  std::optional<WrittenChunks<TimedSample>> written_;  // if there are any
  std::optional<WrittenChunks<TimedHistogram>> histograms_;
};

}  // namespace orchestrator_exporter::history
