#include "exporter/commands/csv_track.h"

#include <cmath>
#include <limits>
#include <optional>

#include "http/endpoints/api/parameters.h"
#include "metrics/base/errors.h"
#include "metrics/base/number_format.h"
#include "metrics/base/number_parse.h"
#include "metrics/exposition/csv.h"

namespace orchestrator_exporter::commands {

namespace {

std::optional<std::int64_t> timeOf(std::string text) {
  constexpr std::size_t kPlain = 19;  // 2026-11-29 11:00:00
  if (text.size() >= kPlain && text[10] == ' ') {
    text[10] = 'T';
    const char last = text.back();
    if (last >= '0' && last <= '9' && text.find('+') == std::string::npos) text += 'Z';
  }
  return http::parseApiTime(text);
}

}  // namespace

CsvTrack readCsvTrack(std::istream& text, std::string_view place, const analysis::Signal& signal) {
  CsvTrack rows{{.signal = signal, .labels = {}}};
  analysis::Track& track = rows.track;
  std::string line;
  for (std::size_t number = 1; std::getline(text, line); ++number) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty()) continue;
    const std::vector<std::string> fields = splitCsv(line);
    const auto time = timeOf(fields[0]);
    if (!time && number == 1) continue;
    if (fields.size() < 2) throw ParseError(place, number, "timestamp,value", line);
    if (!time) {
      throw ParseError(place, number, "a time such as 2026-11-29 11:00:00", fields[0]);
    }
    double value = std::numeric_limits<double>::quiet_NaN();
    if (!fields[1].empty()) {
      const auto parsed = parseNumber(fields[1]);
      if (!parsed) throw ParseError(place, number, "a number", fields[1]);
      if (std::isfinite(*parsed)) value = *parsed;
    }
    if (!track.times.empty() && *time < track.times.back()) {
      throw ParseError(place, number, "a time not before that of the line above", fields[0]);
    }
    track.times.push_back(*time);
    track.values.push_back(value);
    rows.timestamps.push_back(fields[0]);
    rows.values.push_back(fields[1]);
  }
  if (text.bad()) throw ParseError(place, 0, "cannot be read");
  if (track.times.empty()) throw ParseError(place, 0, "has no rows below its heading");
  return rows;
}

SampleColumns CsvTrack::known() const {
  SampleColumns columns;
  for (std::size_t i = 0; i < track.times.size(); ++i) {
    const auto value = parseNumber(values[i]);
    if (!value) continue;
    columns.times.push_back(track.times[i]);
    columns.values.push_back(*value);
  }
  return columns;
}

std::string scoredCsv(const CsvTrack& rows) {
  const std::vector<analysis::AnomalyScore> scores = analysis::scoresOf(rows.track);
  std::string text = "timestamp,value,anomaly_score,detector\r\n";
  for (std::size_t i = 0; i < scores.size(); ++i) {
    TextBuffer score;
    appendFixed(score, scores[i].score);
    text += rows.timestamps[i] + "," + rows.values[i] + ",";
    text += score.view();
    text += ",";
    text += scores[i].detector;
    text += "\r\n";
  }
  return text;
}

}  // namespace orchestrator_exporter::commands
