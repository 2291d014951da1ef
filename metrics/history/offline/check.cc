#include "metrics/history/offline/check.h"

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "metrics/history/columns/column_reader.h"
#include "metrics/history/offline/open.h"
#include "metrics/history/store/blobs/aggregate.h"
#include "metrics/history/store/blobs/checked_blob.h"
#include "metrics/history/store/blobs/label_json.h"
#include "metrics/history/store/log.h"
#include "metrics/history/store/written/written_chunks.h"
#include "metrics/history/store/written/written_log.h"

namespace orchestrator_exporter::history {

namespace {

constexpr int kBitsOfSeries = 32;  // chunkId()

struct Block {
  std::int64_t step;
  std::int64_t first;
  std::int64_t last;
  std::uint32_t positions;
};

// How many values a column has; nullopt if it is damaged.
std::optional<std::uint32_t> valuesOf(std::span<const std::uint8_t> content,
                                      std::uint32_t positions) {
  try {
    std::uint32_t count = 0;
    for (ColumnReader column(content, positions); column.next();) ++count;
    return count;
  } catch (const DamagedColumn&) {
    return std::nullopt;
  }
}

bool isWhole(std::span<const std::uint8_t> content, const Block& block) {
  if (block.step == 0) return valuesOf(content, block.positions).has_value();
  try {
    return readAggregates(content, block.positions).size() == block.positions;
  } catch (const DamagedColumn&) {
    return false;
  }
}

std::string timesOf(const Block& block) {
  return "from " + std::to_string(block.first) + " to " + std::to_string(block.last) + " ms";
}

class Check {
 public:
  Check(Database& database, const std::function<void(const std::string&)>& tell)
      : database_(database),
        tell_(tell),
        labels_(database, "SELECT labels FROM series WHERE id=?") {}

  Checked run() {
    checkFile();
    checkSeries();
    checkBlocks();
    checkChunks();
    checkLogs();
    checkWrittenChunks<TimedSample>("written_chunks", "a chunk of written samples");
    checkWrittenChunks<TimedHistogram>("histogram_chunks", "a chunk of histograms");
    return checked_;
  }

 private:
  void damaged(const std::string& what) {
    ++checked_.damaged;
    tell_(what);
  }

  std::string seriesText(std::int64_t id) {
    const bool isKnown = labels_.with(id).next();
    std::string text = isKnown ? std::string(labels_.text(0)) : "series " + std::to_string(id);
    labels_.reset();
    return text;
  }

  void checkFile() {
    Statement lines(database_, "PRAGMA integrity_check");
    while (lines.next()) {
      if (lines.text(0) != "ok") damaged("the file: " + std::string(lines.text(0)));
    }
  }

  void checkSeries() {
    Statement rows(database_, "SELECT id, labels FROM series");
    while (rows.next()) {
      ++checked_.series;
      try {
        const JsonLabels labels(rows.text(1));
      } catch (const std::runtime_error& error) {
        damaged("series " + std::to_string(rows.integer(0)) + ": " + error.what());
      }
    }
  }

  void checkBlocks() {
    Statement rows(database_, "SELECT id, step, first, last, positions, times FROM blocks");
    while (rows.next()) {
      ++checked_.blocks;
      const Block block{rows.integer(1), rows.integer(2), rows.integer(3),
                        static_cast<std::uint32_t>(rows.integer(4))};
      blocks_[rows.integer(0)] = block;
      const auto content = contentOf(rows.blob(5));
      if (content && valuesOf(*content, block.positions) == block.positions) continue;
      damaged("the times of a block " + timesOf(block));
    }
  }

  void checkChunks() {
    Statement rows(database_, "SELECT id, data FROM chunks");
    while (rows.next()) {
      ++checked_.chunks;
      const std::int64_t id = rows.integer(0);
      const std::int64_t series = id & ((std::int64_t{1} << kBitsOfSeries) - 1);
      const auto block = blocks_.find(id >> kBitsOfSeries);
      if (block == blocks_.end()) {
        damaged(seriesText(series) + ": a chunk without a block");
        continue;
      }
      const auto content = contentOf(rows.blob(1));
      if (content && isWhole(*content, block->second)) continue;
      damaged(seriesText(series) + ": the chunk " + timesOf(block->second));
    }
  }

  void checkLogs() {
    const std::size_t readings = readLog(database_, [&](const LogReading&) {
      ++checked_.rows;
      return true;
    });
    for (std::size_t i = 0; i < readings; ++i) damaged("a reading of the log");
    const std::size_t written = WrittenLog<TimedSample>(database_).read([](const NumberedSamples&) {
    }) + WrittenLog<TimedHistogram>(database_).read([](const NumberedHistograms&) {});
    for (std::size_t i = 0; i < written; ++i) damaged("a row of the log of written samples");
  }

  template <typename Sample>
  void checkWrittenChunks(const std::string& table, const std::string& what) {
    WrittenChunks<Sample> chunks(database_);
    std::vector<std::int64_t> all;
    Statement rows(database_, "SELECT DISTINCT series FROM " + table);
    while (rows.next()) all.push_back(rows.integer(0));
    for (const std::int64_t series : all) {
      ++checked_.writtenChunks;
      const std::size_t before = chunks.damaged();
      chunks.samples(static_cast<SeriesId>(series), std::numeric_limits<std::int64_t>::min(),
                     std::numeric_limits<std::int64_t>::max());
      for (std::size_t i = before; i < chunks.damaged(); ++i) {
        damaged(seriesText(series) + ": " + what);
      }
    }
  }

  Database& database_;
  const std::function<void(const std::string&)>& tell_;
  Statement labels_;
  std::map<std::int64_t, Block> blocks_;
  Checked checked_;
};

}  // namespace

Checked checkHistory(const std::filesystem::path& directory,
                     const std::function<void(const std::string&)>& tell) {
  Database database = openToRead(directory);
  const Transaction transaction(database, Transaction::Kind::kRead);
  return Check(database, tell).run();
}

}  // namespace orchestrator_exporter::history
