#include "metrics/history/store/written/written_log.h"

namespace orchestrator_exporter::history {

WrittenLog::WrittenLog(Database& database)
    : database_(database),
      bytes_(
          static_cast<std::size_t>(database.integer("SELECT sum(length(samples)) FROM written"))) {}

void WrittenLog::add(std::span<const NumberedSamples> series) {
  const Bytes row = encodeWritten(series);
  Statement(database_, "INSERT INTO written(samples) VALUES(?)")
      .with(std::span<const std::uint8_t>(row))
      .run();
  bytes_ += row.size();
}

std::size_t WrittenLog::read(const std::function<void(const NumberedSamples&)>& take) {
  std::size_t damaged = 0;
  Statement rows(database_, "SELECT samples FROM written ORDER BY id");
  while (rows.next()) {
    if (!decodeWritten(rows.blob(0), take)) ++damaged;
  }
  return damaged;
}

void WrittenLog::clear() {
  database_.execute("DELETE FROM written");
  bytes_ = 0;
}

}  // namespace orchestrator_exporter::history
