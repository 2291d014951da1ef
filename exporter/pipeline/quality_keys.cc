#include "exporter/pipeline/quality_keys.h"

#include <string>

namespace orchestrator_exporter::pipeline {

namespace {

using configuration::choiceKey;
using configuration::durationKey;
using configuration::integerKey;
using configuration::Key;
using configuration::mapKey;
using configuration::Value;

constexpr DurationRange kReports{std::chrono::seconds(1), std::chrono::hours(24)};

Missing missingOf(const std::string& word) {
  if (word == "interpolate") return Missing::kInterpolate;
  return word == "zero-fill" ? Missing::kZeroFill : Missing::kDiscard;
}

// Of what `defaults` has aggregators for.
std::vector<MissingSettings::Rule> usualRules() {
  return {{{SeriesMatch(".*:(browser_page_load_seconds|(cpu|memory)_utilization_ratio):.*")},
           Missing::kInterpolate},
          {{SeriesMatch(".*:browser_cumulative_layout_shift:.*")}, Missing::kZeroFill}};
}

}  // namespace

Key qualityKey() {
  return mapKey(
      "quality",
      {choiceKey(
           "missing", "", {"discard", "interpolate", "zero-fill"},
           "What stands in answers to queries for values of gauges that are missing: nothing, "
           "values on the line between those around, or zeros. The history stays as it is. "
           "Else discard, and of some metrics what `defaults` says."),
       integerKey("max_gap", "5", {1, 1000}, "Longer gaps stay: so many values in a row."),
       durationKey("report_interval", "1m", kReports,
                   "How often the quality on /metrics is worked out and sessions under way are "
                   "kept.")},
      "What is told of the quality of samples.");
}

MissingSettings missingSettings(const configuration::Configuration& configuration,
                                std::chrono::milliseconds interval) {
  const Value& block = configuration["pipeline"];
  const Value& quality = block["quality"];
  const std::string& word = quality["missing"].text();
  MissingSettings settings;
  settings.otherwise = missingOf(word);
  settings.maxGap = quality["max_gap"].integer();
  settings.interval = interval;
  if (word.empty() && block["defaults"].enabled()) settings.rules = usualRules();
  return settings;
}

}  // namespace orchestrator_exporter::pipeline
