#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "metrics/history.h"
#include "metrics/history/store/sqlite/database.h"
#include "metrics/history/store/stored_series.h"
#include "metrics/history/store/written/written_chunks.h"
#include "metrics/history/store/written/written_log.h"
#include "metrics/history_intake.h"

namespace orchestrator_exporter::history {

// The part of a store's file that others write: samples with times of their own, a log of what came
// last and chunks of what came before, and what was said of families. For the store's thread.
class WrittenPart {
 public:
  using Take = std::function<void(const WrittenSeries&)>;
  // One that is restored: what the log has of it, and the newest that its chunks have.
  using Restore = std::function<void(const WrittenSeries&, const std::optional<TimedSample>&)>;

  // Both must outlive it.
  WrittenPart(Database& database, StoredSeries& series);

  // Gives what the log has, in its order. Returns how many rows were damaged.
  std::size_t restore(const Restore& take);
  std::vector<MetricMetadata> families();

  // Writes all of it, or throws DatabaseError.
  void write(std::span<const std::span<const WrittenSeries>> batches);
  void write(std::span<const MetricMetadata> families);

  // Packs the log when it is large, or two hours of time newer than when it was packed before; then
  // calls `packed` with each series and its samples in the order of their times. Returns how many
  // rows and chunks were damaged and are lost; nullopt if it was not due. Throws DatabaseError, and
  // the log is as it was.
  std::optional<std::size_t> packIfDue(const Take& packed);

  // Of all samples; kOldest without any.
  std::int64_t newest() const { return newest_; }

 private:
  WrittenChunks& chunks();
  bool isDue() const;

  Database& database_;
  StoredSeries& series_;
  WrittenLog log_;
  std::optional<WrittenChunks> chunks_;  // once somebody writes
  std::int64_t newest_;
  std::int64_t packedUntil_;
};

}  // namespace orchestrator_exporter::history
