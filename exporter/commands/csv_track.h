#pragma once

#include <istream>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/analysis/anomalies.h"
#include "metrics/analysis/tracks.h"
#include "metrics/history.h"

namespace orchestrator_exporter::commands {

// A series from a file of `timestamp,value` lines, with the texts that it was written with.
struct CsvTrack {
  analysis::Track track;
  std::vector<std::string> timestamps = {};
  std::vector<std::string> values = {};

  // The rows that have a value; what is written as NaN or infinite is one.
  SampleColumns known() const;
};

// Reads lines, below a heading if the first does not begin with a time: a time as YYYY-MM-DD
// HH:MM:SS in UTC, RFC 3339 or Unix seconds, and a number; an empty one or NaN is not known.
// Further columns are passed over. Throws ParseError, `place:17: expected a number, got 'x'`; times
// must not fall.
CsvTrack readCsvTrack(std::istream& text, std::string_view place, const analysis::Signal& signal);

// `timestamp,value,anomaly_score,detector`, row by row as they were read.
std::string scoredCsv(const CsvTrack& rows);

}  // namespace orchestrator_exporter::commands
