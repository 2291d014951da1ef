#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "metrics/analysis/findings/findings.h"
#include "metrics/analysis/findings/investigation.h"
#include "metrics/profiling/profile.h"

namespace orchestrator_exporter::http {

// A time in which an alert fired.
struct FiredAlert {
  std::string name;
  LabelSet labels;
  std::int64_t begin = 0;  // ms
  std::int64_t end = 0;
};

// Everything of a range of time, for a file.
struct Report {
  analysis::Findings findings = {};  // with samples
  std::vector<FiredAlert> alerts = {};
  std::vector<std::string> sessions = {};  // of pipelines in this time, JSON objects
  std::string source = {};
  std::string version = {};
  std::int64_t generatedAt = 0;                    // ms
  std::optional<profiling::Profile> profile = {};  // of a program in this time, for the HTML alone
};

// Of the signals of the investigation, over all of its time.
Report reportOf(const analysis::Question& question, analysis::Investigation wanted);

// The alerts that the rules' own series ALERTS tells of, by name and beginning.
std::vector<FiredAlert> alertsOf(const analysis::Question& question, std::int64_t start,
                                 std::int64_t end);

}  // namespace orchestrator_exporter::http
