#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "metrics/history.h"
#include "metrics/history/head.h"
#include "metrics/history/store/sqlite/database.h"
#include "metrics/history/store/stored_series.h"
#include "metrics/history/store/written/written_chunks.h"
#include "metrics/history/store/written/written_log.h"
#include "metrics/history_intake.h"

namespace orchestrator_exporter::history {

// The part of a store's file that others write: samples with times of their own, numbers and
// histograms, a log of what came last and chunks of what came before, and what was said of
// families. For the store's thread.
class WrittenPart {
 public:
  // Each series that was packed.
  struct Packed {
    std::function<void(const WrittenSeries&)> samples;
    std::function<void(const WrittenHistograms&)> histograms;
  };
  // Each series that is restored: what the log has of it, and the newest that its chunks have.
  struct Restore {
    std::function<void(const WrittenSeries&, const std::optional<TimedSample>&)> samples;
    std::function<void(const WrittenHistograms&, const std::optional<TimedHistogram>&)> histograms;
  };
  // Into a head that has an archive.
  static Restore into(Head& head);

  // Both must outlive it.
  WrittenPart(Database& database, StoredSeries& series);

  // Gives what the log has, in its order. Returns how many rows were damaged.
  std::size_t restore(const Restore& take);
  std::vector<MetricMetadata> families();

  // Writes all of it, or throws DatabaseError.
  void write(std::span<const std::span<const WrittenSeries>> batches,
             std::span<const std::span<const WrittenHistograms>> histograms);
  void write(std::span<const MetricMetadata> families);

  // Whether the log is large, or two hours of time newer than when it was packed before.
  bool isDue() const;
  // Packs it if that is due; then calls `packed` with each series and its samples in the order of
  // their times. Returns how many rows and chunks were damaged and are lost; nullopt if it was not
  // due. Throws DatabaseError, and the log is as it was.
  std::optional<std::size_t> packIfDue(const Packed& packed);

  // Of all samples; kOldest without any.
  std::int64_t newest() const { return newest_; }

 private:
  template <typename Sample>
  using BySeries = std::map<SeriesId, std::vector<Sample>>;
  // The samples of one kind.
  template <typename Sample>
  struct Kind {
    explicit Kind(Database& file) : database(file), log(file) {}
    WrittenChunks<Sample>& packedChunks() { return chunks ? *chunks : chunks.emplace(database); }

    Database& database;
    WrittenLog<Sample> log;
    std::optional<WrittenChunks<Sample>> chunks;  // once somebody writes
  };

  template <typename Sample, typename Take>
  std::size_t restore(Kind<Sample>& kind, const Take& take);
  template <typename Sample, typename Written>
  void write(Kind<Sample>& kind, std::span<const std::span<const Written>> batches);
  template <typename Sample>
  std::size_t pack(Kind<Sample>& kind, BySeries<Sample>& samples);

  Database& database_;
  StoredSeries& series_;
  Kind<TimedSample> samples_;
  Kind<TimedHistogram> histograms_;
  std::int64_t newest_;
  std::int64_t packedUntil_;
};

}  // namespace orchestrator_exporter::history
