#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "exporter/command_line.h"
#include "exporter/commands/csv_track.h"
#include "metrics/analysis/findings/investigation.h"
#include "metrics/history.h"

namespace orchestrator_exporter::commands {

// What an analysis reads: a history, or one series of a file.
struct AnalysisSource {
  std::shared_ptr<const History> history = nullptr;
  std::optional<CsvTrack> rows = std::nullopt;
  std::int64_t oldest = 0;  // where its samples begin and end, of a file; else 0
  std::int64_t newest = 0;

  // The samples as a history. One series of a file has the name of the file.
  std::shared_ptr<const History> asHistory() const;
};

// What --source says of a source, for the help.
inline constexpr const char* kSourceHelp =
    "A server with Prometheus' HTTP API, a directory of state with a history (also beside the "
    "exporter that writes it), or a file: .csv with lines timestamp,value, or .om with "
    "OpenMetrics. Default: http://127.0.0.1:10190";

// Opens a server, a directory or a file; a .csv file is of the first of these signals, or of one
// that is called as the file. Throws std::runtime_error with the file or server in it, ParseError
// with its line.
AnalysisSource openSource(const std::string& name, const std::vector<std::string>& signals = {});

// When a run is to end with status 3, for scripts.
class FailOn {
 public:
  void declare(CommandLine& line);
  // Has what it needs looked up. Throws UsageError if the source cannot tell it.
  void ask(const AnalysisSource& source, analysis::Investigation& wanted) const;
  bool isMet(const analysis::Findings& findings) const;

 private:
  void take(const std::string& condition);

  bool degrading_ = false;
  bool anomaly_ = false;
  bool regression_ = false;
  std::optional<double> impact_ = std::nullopt;
  std::optional<double> health_ = std::nullopt;
};

// The flags that `analyze` and `report` share: where samples come from, of which time, of which
// signals, and where the result goes.
class AnalysisFlags {
 public:
  void declare(CommandLine& line);

  // Opens --source.
  AnalysisSource open() const { return openSource(source_, signals_); }
  // The times and signals; what to find out is the caller's matter.
  analysis::Investigation investigation(const AnalysisSource& source) const;
  // The findings of that: of the history, or of the one series.
  analysis::Findings find(const AnalysisSource& source,
                          const analysis::Investigation& wanted) const;

  // Whether --start or --end came.
  bool hasTimes() const { return !start_.empty() || !end_.empty(); }
  const std::string& source() const { return source_; }
  // The same, with the server that is asked if nothing is named.
  std::string sourceName() const;
  const std::string& output() const { return output_; }
  // To --output, with something behind its name, or to standard output. Throws std::runtime_error.
  void write(const std::string& text, const std::string& behind = {}) const;

 private:
  std::string source_;
  std::string start_;
  std::string end_;
  std::string step_;
  std::string window_;
  std::string horizon_;
  std::vector<std::string> signals_;
  std::string output_ = "-";
};

}  // namespace orchestrator_exporter::commands
