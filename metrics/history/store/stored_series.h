#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "metrics/history/head_data.h"
#include "metrics/history/reading_layout.h"
#include "metrics/history/store/blobs/log_row.h"
#include "metrics/history/store/sqlite/database.h"
#include "metrics/label_set.h"
#include "metrics/snapshot.h"

namespace orchestrator_exporter::history {

// All series of a store: numbered in its file, and found by their labels in memory. What changes
// them is called by the store's thread alone.
class StoredSeries {
 public:
  // `external` as for a Head.
  explicit StoredSeries(const LabelSet& external) : external_(external), layout_(external, kMost) {}

  // Reads those of the file, whose newest reading is of the time `newest`.
  void load(Database& database, std::int64_t newest);

  // What the newest reading of an earlier run had of histograms; one whose sum is a stale marker it
  // had not.
  void resume(std::span<const std::pair<LabelSet, HistogramPointer>> histograms);
  // Takes the series of a reading, new ones too.
  void follow(const Snapshot& reading, std::int64_t time);
  // Of the reading that was followed last, in one order.
  std::span<const SeriesId> ids() const { return ids_; }
  std::span<const double> values() const { return values_; }
  // Its histograms, and the end of those that the reading before had and it has not.
  std::span<const LoggedHistogram> histograms() const { return histograms_; }

  // Takes a series that others write, which has samples from `oldest` to `newest`. Throws
  // std::runtime_error if there are too many.
  SeriesId place(std::span<const Label> labels, std::int64_t oldest, std::int64_t newest);
  // The series has such samples too.
  void widen(SeriesId series, std::int64_t oldest, std::int64_t newest);
  // Whether any of the series may have such samples, or histograms. Any thread may ask.
  bool mayBeWritten(std::span<const SeriesId> series) const;
  // The number of a series; nullopt if it is not known. Any thread may ask.
  std::optional<SeriesId> find(std::span<const Label> labels) const;
  // Its labels, valid as long as it is here.
  struct Labels {
    std::vector<Label> of;
    std::span<const Label> view() const { return of; }
  };
  std::optional<Labels> labels(SeriesId series) const;
  // Nothing if it is not known.
  LabelSet labelSet(SeriesId series) const;

  // Writes those that are not in the file. When that is committed, confirm() it.
  void write(Database& database);
  void confirm() { written_ = lastNumber(); }
  // Forgets those that are in the file no more.
  void remove(std::span<const SeriesId> ids);

  // To ask which series match. Its blocks are empty.
  HeadData& data() const { return data_; }

 private:
  // As many as labels, in some hundreds of bytes each, that a file of some gigabytes is for.
  static constexpr std::size_t kMost = 4'000'000;

  SeriesId lastNumber() const;
  void widen(Series& series, std::int64_t oldest, std::int64_t newest);
  void followNatives(const Snapshot& reading, std::int64_t time);

  void markWritten(SeriesId series);

  mutable HeadData data_{.blocks = Blocks(0)};
  std::vector<bool> isWritten_;  // by number, what mayBeWritten() says; under the lock
  const LabelSet external_;
  ReadingLayout layout_;
  std::vector<SeriesId> ids_;
  std::vector<double> values_;
  std::vector<LoggedHistogram> histograms_;
  std::vector<SeriesId> natives_;  // with histograms in the last reading, sorted
  SeriesId written_ = 0;
};

}  // namespace orchestrator_exporter::history
