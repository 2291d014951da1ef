#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "metrics/history.h"
#include "metrics/history/head.h"
#include "metrics/history/store/block_reader.h"
#include "metrics/history/store/log.h"
#include "metrics/history/store/retention.h"
#include "metrics/history/store/sqlite/database.h"
#include "metrics/history/store/stored_series.h"
#include "metrics/history/store/written_part.h"

namespace orchestrator_exporter::history {

// An open history.db. What writes is called by one thread, what asks by any.
class StoreFile {
 public:
  struct Config {
    std::filesystem::path file;
    LabelSet external = {};  // as for a Head
    Retention retention = {};
  };
  // Takes a reading of the log that was found.
  using Restore = std::function<void(const Head::Restored&)>;
  // What readings were lost and why.
  struct Losses {
    std::uint64_t damaged = 0;  // rows of the log and chunks
    std::uint64_t waited = 0;   // readings that waited for the disk for too long
    std::uint64_t refused = 0;  // readings that were not later than the one before
  };

  // Opens it, or makes it. Throws DatabaseError.
  explicit StoreFile(Config config);

  // Gives all readings of the log.
  void restore(const Restore& take);

  // The same for what others wrote.
  void restore(const WrittenPart::Restore& take);
  std::vector<MetricMetadata> families() { return written_.families(); }
  // Writes what others write at once, or throws DatabaseError.
  void write(std::span<const std::span<const WrittenSeries>> batches,
             std::span<const std::span<const WrittenHistograms>> histograms) {
    written_.write(batches, histograms);
  }
  void write(std::span<const MetricMetadata> families) { written_.write(families); }

  // Counts when something is deleted next. For any thread.
  void setRetention(const Retention& retention);

  // Takes a reading, which waits for write(). Throws DatabaseError only if the clock was put back
  // and what came before cannot be put away.
  void take(const Snapshot& reading);
  // Writes what waits; returns how many readings that was. Throws DatabaseError, and they wait on.
  std::size_t write();
  // Compaction, coarse tiers and retention, if they are due. Throws DatabaseError; what was begun
  // is undone, and is due again. Calls `packed` with what was written and is in chunks now. Returns
  // whether there was a compaction.
  bool maintain(const WrittenPart::Packed& packed);
  std::size_t waiting() const { return log_.waiting(); }

  // As a History, readings not later than `readingsUntil`. What is not in blocks or chunks is not
  // read: the head has it.
  Selected select(const Selection& selection, std::int64_t readingsUntil,
                  std::size_t maxSamples) const;
  // What chunks have of a series that others write (intake/archive.h), of TimedSample or
  // TimedHistogram.
  template <typename Sample>
  Head::ArchivedOf<Sample> archived(std::span<const Label> labels, std::int64_t from,
                                    std::int64_t until) const;
  HeadData& series() const { return series_.data(); }

  std::size_t seriesCount() const;
  Losses losses() const;
  // Of the file and what belongs to it.
  std::uint64_t bytes() const;
  // A consistent copy.
  void copyTo(const std::filesystem::path& to) const;

 private:
  class Reading;

  bool isInOrder(std::int64_t time);
  void learnTimes();
  bool mayHave(const Selection& selection, const Postings& ids, std::int64_t readingsUntil) const;
  Retention retention() const;
  bool compact();

  const Config config_;
  Database database_;  // that writes
  StoredSeries series_;
  LogWriter log_;
  WrittenPart written_;
  std::int64_t newest_;
  std::size_t logRows_;
  std::int64_t compactedUntil_ = Selection::kOldest;
  bool isRetained_ = true;  // else retention has a part of its work left

  mutable std::mutex mutex_;                                // guards what follows
  mutable std::vector<std::unique_ptr<Database>> readers_;  // that nobody uses now
  mutable Losses losses_;
  Retention retention_;
  std::vector<BlockStretch> stretches_;            // of all blocks
  std::int64_t newestChunk_ = Selection::kOldest;  // no chunk of samples with own times ends later
};

}  // namespace orchestrator_exporter::history
