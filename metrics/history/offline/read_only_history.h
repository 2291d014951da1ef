#pragma once

#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/history.h"
#include "metrics/history/head.h"
#include "metrics/history/store/sqlite/database.h"
#include "metrics/history/store/stored_series.h"

namespace orchestrator_exporter::history {

// What was until it is made, from the history.db of a directory of state, which another process may
// be writing to meanwhile; nothing of it is changed.
class ReadOnlyHistory final : public History {
 public:
  // Throws std::runtime_error, with the file in it, if there is none or it is no history.
  explicit ReadOnlyHistory(const std::filesystem::path& directory);

  Selected select(const Selection& selection, std::size_t maxSamples) const override;
  std::vector<LabelSet> series(const SeriesFilter& filter) const override;
  std::vector<std::string> labelNames(const SeriesFilter& filter) const override;
  std::vector<std::string> labelValues(std::string_view name,
                                       const SeriesFilter& filter) const override;
  // What others said of families that they write; of readings the file has none.
  std::vector<MetricMetadata> metadata() const override { return head_.metadata(); }

 private:
  void readLogs();

  mutable Database database_;
  StoredSeries series_;
  Head head_;                 // what is not in blocks and chunks
  mutable std::mutex mutex_;  // guards the database
};

}  // namespace orchestrator_exporter::history
