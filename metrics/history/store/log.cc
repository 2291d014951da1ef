#include "metrics/history/store/log.h"

#include <utility>

namespace orchestrator_exporter::history {

namespace {

// Hours of readings as most hosts have them.
constexpr std::size_t kMostBytes = std::size_t{4} << 20;

std::size_t sizeOf(const LogRow& row) {
  return row.samples.size() + (row.series ? row.series->size() : 0);
}

}  // namespace

std::size_t LogWriter::add(std::int64_t time, std::span<const SeriesId> series,
                           std::span<const double> values) {
  std::size_t givenUp = 0;
  if (bytes_ > kMostBytes) {
    givenUp = rows_.size();
    rows_.clear();
    bytes_ = 0;
    encoder_.standAlone();
  }
  const Row& row = rows_.emplace_back(Row{time, encoder_.encode(series, values)});
  bytes_ += sizeOf(row.blobs);
  return givenUp;
}

std::size_t LogWriter::write(Database& database, StoredSeries& series) {
  if (rows_.empty()) return 0;
  Transaction transaction(database, Transaction::Kind::kWrite);
  series.write(database);
  Statement insert(database, "INSERT INTO log(time, series, samples) VALUES(?, ?, ?)");
  for (const Row& row : rows_) {
    const std::span<const std::uint8_t> samples(row.blobs.samples);
    if (row.blobs.series) {
      insert.with(row.time, std::span<const std::uint8_t>(*row.blobs.series), samples).run();
    } else {
      insert.with(row.time, nullptr, samples).run();
    }
  }
  transaction.commit();
  series.confirm();
  bytes_ = 0;
  return std::exchange(rows_, {}).size();
}

std::size_t readLog(Database& database, const std::function<bool(const LogReading&)>& take) {
  Statement rows(database, "SELECT time, series, samples, compacted FROM log ORDER BY time");
  LogDecoder decoder;
  std::size_t damaged = 0;
  while (rows.next()) {
    const auto series = rows.isNull(1) ? std::nullopt : std::optional(rows.blob(1));
    if (!decoder.decode(series, rows.blob(2))) {
      ++damaged;
    } else if (!take({rows.integer(0), rows.integer(3) != 0, decoder})) {
      break;
    }
  }
  return damaged;
}

}  // namespace orchestrator_exporter::history
