#include "metrics/history/offline/read_only_history.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <span>
#include <stdexcept>

#include "metrics/history/head_query.h"
#include "metrics/history/label_index.h"
#include "metrics/history/store/joined.h"
#include "metrics/history/store/log.h"
#include "metrics/history/store/schema.h"
#include "metrics/history/store/store_query.h"

namespace orchestrator_exporter::history {

namespace {

Database openFile(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) throw std::runtime_error("there is no such file");
  Database database(file, Database::Mode::kReadOnly);
  checkSchema(database);
  return database;
}

Database openIn(const std::filesystem::path& directory) {
  const std::filesystem::path file = directory / "history.db";
  try {
    return openFile(file);
  } catch (const std::exception& error) {
    throw std::runtime_error(file.string() + ": " + error.what());
  }
}

// Keeps all that it is given: the log has no more than some hours.
Head::Config headConfig() {
  Head::Config config;
  config.retention = std::chrono::hours(24 * 366);
  return config;
}

}  // namespace

ReadOnlyHistory::ReadOnlyHistory(const std::filesystem::path& directory)
    : database_(openIn(directory)), series_(LabelSet()), head_(headConfig()) {
  const Transaction transaction(database_, Transaction::Kind::kRead);
  Statement newest(database_, "SELECT max(last) FROM blocks WHERE step=0");
  if (newest.next() && !newest.isNull(0)) newest_ = newest.integer(0);
  newest.reset();
  Statement inLog(database_, "SELECT max(time) FROM log");
  if (inLog.next() && !inLog.isNull(0)) newest_ = std::max(newest_, inLog.integer(0));
  inLog.reset();
  series_.load(database_, newest_);
  std::vector<LabelSet> labels;
  readLog(database_, [&](const LogReading& reading) {
    std::optional<std::span<const LabelSet>> own;
    if (reading.samples.hasOwnSeries()) {
      labels.clear();
      for (const SeriesId id : reading.samples.series()) {
        const Series* const known = series_.data().table.find(id);
        labels.push_back(known == nullptr ? LabelSet() : LabelIndex::labelSet(known->labels));
      }
      own = labels;
    }
    head_.restore(reading.time, own, reading.samples.values());
    return true;
  });
}

Selected ReadOnlyHistory::select(const Selection& selection, std::size_t maxSamples) const {
  Selected newer = head_.select(selection, maxSamples);
  std::size_t left = maxSamples;
  for (const SelectedSeries& series : newer.series) left -= series.samples->times.size();
  Selection before = selection;
  // What was put into blocks since the log was read is in both.
  before.until = std::min(selection.until, head_.oldestReading() - 1);
  if (before.until <= selection.after) return newer;
  const std::lock_guard lock(mutex_);
  Selected older = StoreQuery(database_, series_.data()).select(before, left);
  return {joined(std::move(older.series), std::move(newer.series)), older.coarse};
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
