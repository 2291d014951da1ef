#include "metrics/history/offline/read_only_history.h"

#include <algorithm>
#include <chrono>

#include "metrics/history/head_query.h"
#include "metrics/history/joined.h"
#include "metrics/history/offline/open.h"
#include "metrics/history/store/log.h"
#include "metrics/history/store/store_query.h"
#include "metrics/history/store/written_part.h"

namespace orchestrator_exporter::history {

namespace {

// Keeps all that it is given: the log has no more than some hours.
Head::Config headConfig() {
  Head::Config config;
  config.retention = std::chrono::hours(24 * 366 * 100);
  config.outOfOrderWindow = config.retention;
  config.hasArchive = true;
  return config;
}

// The time of the newest reading; kOldest if there is none.
std::int64_t newestReading(Database& database) {
  Statement newest(database,
                   "SELECT max(last) FROM (SELECT max(time) AS last FROM log UNION ALL "
                   "SELECT max(last) FROM blocks WHERE step=0)");
  return newest.next() && !newest.isNull(0) ? newest.integer(0) : Selection::kOldest;
}

}  // namespace

ReadOnlyHistory::ReadOnlyHistory(const std::filesystem::path& directory)
    : database_(openToRead(directory)), series_(LabelSet()), head_(headConfig()) {
  const Transaction transaction(database_, Transaction::Kind::kRead);
  series_.load(database_, newestReading(database_));
  readLogs();
}

void ReadOnlyHistory::readLogs() {
  restoreLog(database_, series_, [&](const Head::Restored& reading) { head_.restore(reading); });
  WrittenPart written(database_, series_);
  written.restore(WrittenPart::into(head_));
  head_.describe(written.families());
}

Selected ReadOnlyHistory::select(const Selection& selection, std::size_t maxSamples) const {
  Selected newer = head_.select(selection, maxSamples);
  // What was put into blocks since the log was read is in both.
  const std::int64_t oldest = head_.oldestReading();
  const std::int64_t readingsUntil = oldest == Selection::kNewest ? oldest : oldest - 1;
  const std::lock_guard lock(mutex_);
  const Postings ids = StoreQuery::matching(selection, series_.data());
  Selected older =
      StoreQuery(database_, series_.data()).select(selection, ids, readingsUntil, maxSamples);
  return {joined(std::move(older.series), std::move(newer.series), maxSamples), older.coarse};
}

std::vector<LabelSet> ReadOnlyHistory::series(const SeriesFilter& filter) const {
  return HeadQuery(series_.data()).series(filter);
}

std::vector<std::string> ReadOnlyHistory::labelNames(const SeriesFilter& filter) const {
  return HeadQuery(series_.data()).labelNames(filter);
}

std::vector<std::string> ReadOnlyHistory::labelValues(std::string_view name,
                                                      const SeriesFilter& filter) const {
  return HeadQuery(series_.data()).labelValues(name, filter);
}

}  // namespace orchestrator_exporter::history
