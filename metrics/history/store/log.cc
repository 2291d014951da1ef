#include "metrics/history/store/log.h"

#include <utility>

namespace orchestrator_exporter::history {

namespace {

// Hours of readings as most hosts have them.
constexpr std::size_t kMostBytes = std::size_t{4} << 20;

std::size_t sizeOf(const LogRow& row) {
  return row.samples.size() + (row.series ? row.series->size() : 0) +
         (row.histograms ? row.histograms->size() : 0);
}

}  // namespace

std::size_t LogWriter::add(std::int64_t time, std::span<const SeriesId> series,
                           std::span<const double> values,
                           std::span<const LoggedHistogram> histograms) {
  std::size_t givenUp = 0;
  if (bytes_ > kMostBytes) {
    givenUp = rows_.size();
    rows_.clear();
    bytes_ = 0;
    encoder_.standAlone();
  }
  Row& row = rows_.emplace_back(Row{time, encoder_.encode(series, values)});
  row.blobs.histograms = encodeHistograms(histograms);
  bytes_ += sizeOf(row.blobs);
  return givenUp;
}

std::size_t LogWriter::write(Database& database, StoredSeries& series) {
  if (rows_.empty()) return 0;
  Transaction transaction(database, Transaction::Kind::kWrite);
  series.write(database);
  for (const Row& row : rows_) insertRow(database, row.time, row.blobs, false);
  transaction.commit();
  series.confirm();
  bytes_ = 0;
  return std::exchange(rows_, {}).size();
}

void insertRow(Database& database, std::int64_t time, const LogRow& row, bool isCompacted) {
  using Blob = std::optional<std::span<const std::uint8_t>>;
  Statement(database,
            "INSERT INTO log(time, series, samples, histograms, compacted) VALUES(?, ?, ?, ?, ?)")
      .with(time, Blob(row.series), std::span<const std::uint8_t>(row.samples),
            Blob(row.histograms), std::int64_t{isCompacted})
      .run();
}

std::size_t readLog(Database& database, const std::function<bool(const LogReading&)>& take) {
  Statement rows(database,
                 "SELECT time, series, samples, compacted, histograms FROM log ORDER BY time");
  LogDecoder decoder;
  std::vector<LoggedHistogram> histograms;
  std::size_t damaged = 0;
  while (rows.next()) {
    histograms.clear();
    if (!rows.isNull(4) && !decodeHistograms(rows.blob(4), histograms)) ++damaged;
    const auto series = rows.isNull(1) ? std::nullopt : std::optional(rows.blob(1));
    if (!decoder.decode(series, rows.blob(2))) {
      ++damaged;
    } else if (!take({rows.integer(0), rows.integer(3) != 0, decoder, histograms})) {
      break;
    }
  }
  return damaged;
}

std::size_t restoreLog(Database& database, const StoredSeries& series,
                       const std::function<void(const Head::Restored&)>& take) {
  std::vector<LabelSet> labels;
  return readLog(database, [&](const LogReading& reading) {
    Head::Restored restored{.time = reading.time, .values = reading.samples.values()};
    if (reading.samples.hasOwnSeries()) {
      labels.clear();
      for (const SeriesId id : reading.samples.series()) labels.push_back(series.labelSet(id));
      restored.series = labels;
    }
    for (const LoggedHistogram& one : reading.histograms) {
      restored.histograms.emplace_back(series.labelSet(one.series), one.sample.histogram);
    }
    take(restored);
    return true;
  });
}

}  // namespace orchestrator_exporter::history
