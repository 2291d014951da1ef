#include "metrics/history/store/written/written_log.h"

#include <string>
#include <type_traits>

namespace orchestrator_exporter::history {

namespace {

template <typename Sample>
std::string table() {
  return std::is_same_v<Sample, TimedSample> ? "written" : "written_histograms";
}

}  // namespace

template <typename Sample>
WrittenLog<Sample>::WrittenLog(Database& database)
    : database_(database),
      bytes_(static_cast<std::size_t>(
          database.integer("SELECT sum(length(samples)) FROM " + table<Sample>()))) {}

template <typename Sample>
void WrittenLog<Sample>::add(std::span<const Numbered<Sample>> series) {
  const Bytes row = encodeWritten(series);
  Statement(database_, "INSERT INTO " + table<Sample>() + "(samples) VALUES(?)")
      .with(std::span<const std::uint8_t>(row))
      .run();
  bytes_ += row.size();
}

template <typename Sample>
std::size_t WrittenLog<Sample>::read(const std::function<void(const Numbered<Sample>&)>& take) {
  std::size_t damaged = 0;
  Statement rows(database_, "SELECT samples FROM " + table<Sample>() + " ORDER BY id");
  while (rows.next()) {
    if (!decodeWritten(rows.blob(0), take)) ++damaged;
  }
  return damaged;
}

template <typename Sample>
void WrittenLog<Sample>::clear() {
  database_.execute("DELETE FROM " + table<Sample>());
  bytes_ = 0;
}

template class WrittenLog<TimedSample>;
template class WrittenLog<TimedHistogram>;

}  // namespace orchestrator_exporter::history
