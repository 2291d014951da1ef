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
  std::int64_t newest = 0;  // where its samples end, if that is known; else now
};

// The flags that `analyze` and `report` share: where samples come from, of which time, of which
// signals, and where the result goes.
class AnalysisFlags {
 public:
  void declare(CommandLine& line);

  // Opens --source. Throws UsageError, or std::runtime_error with the file or server in it.
  AnalysisSource open() const;
  // The times and signals; what to find out is the caller's matter.
  analysis::Investigation investigation(const AnalysisSource& source) const;
  // The findings of that: of the history, or of the one series.
  analysis::Findings find(const AnalysisSource& source,
                          const analysis::Investigation& wanted) const;

  const std::string& source() const { return source_; }
  const std::string& output() const { return output_; }
  // To --output, with something behind its name, or to standard output. Throws std::runtime_error.
  void write(const std::string& text, const std::string& behind = {}) const;

 private:
  std::string source_;
  std::string start_;
  std::string end_;
  std::string window_;
  std::string horizon_;
  std::vector<std::string> signals_;
  std::string output_ = "-";
};

}  // namespace orchestrator_exporter::commands
