#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <span>

#include "metrics/history/head.h"
#include "metrics/history/store/blobs/log_row.h"
#include "metrics/history/store/sqlite/database.h"
#include "metrics/history/store/stored_series.h"

namespace orchestrator_exporter::history {

// The end of the store's log that is written: readings become rows at once, and wait in memory
// while the disk cannot take them. For one thread.
class LogWriter {
 public:
  // Adds a reading. Returns how many were given up for it, because too many bytes wait.
  std::size_t add(std::int64_t time, std::span<const SeriesId> series,
                  std::span<const double> values, std::span<const LoggedHistogram> histograms);
  // Writes what waits, with its series, in one transaction; returns how many readings that was.
  // Throws DatabaseError, and all of them wait on.
  std::size_t write(Database& database, StoredSeries& series);
  // The next row stands by itself.
  void standAlone() { encoder_.standAlone(); }
  std::size_t waiting() const { return rows_.size(); }

 private:
  struct Row {
    std::int64_t time;
    LogRow blobs;
  };

  LogEncoder encoder_;
  std::deque<Row> rows_;
  std::size_t bytes_ = 0;
};

// Adds a row to the log.
void insertRow(Database& database, std::int64_t time, const LogRow& row, bool isCompacted);

struct LogReading {
  std::int64_t time;
  bool isCompacted;  // a block has it too
  const LogDecoder& samples;
  std::span<const LoggedHistogram> histograms;
};

// Reads the log in the order of its times and calls `take` for each row that is whole; stops early
// when that returns false. Returns how many rows, or histograms of one, were damaged.
std::size_t readLog(Database& database, const std::function<bool(const LogReading&)>& take);

// Gives all readings of the log by the labels of their series. Returns how many rows were damaged.
std::size_t restoreLog(Database& database, const StoredSeries& series,
                       const std::function<void(const Head::Restored&)>& take);

}  // namespace orchestrator_exporter::history
