#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "metrics/rules/expansion/alert_template.h"

// What rule files say, checked
// (https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/, 3.5).
namespace orchestrator_exporter::rules {

using Milliseconds = std::chrono::milliseconds;
using TextPairs = std::vector<std::pair<std::string, std::string>>;

struct RuleDefinition {
  enum class Kind { kRecording, kAlerting };

  Kind kind = Kind::kRecording;
  std::string name;       // of what is recorded, or of the alert
  std::string query;      // canonical
  TextPairs labels = {};  // as written, with those of the group, by name; a value may be empty
  // Of alerts.
  Milliseconds holdFor{0};
  Milliseconds keepFiringFor{0};
  Milliseconds cooldown{0};  // between two tellings that it fires; of thresholds
  TextPairs annotations = {};
  std::vector<AlertTemplate> labelTemplates = {};  // of the labels, in their order
  std::vector<AlertTemplate> annotationTemplates = {};
};

struct GroupDefinition {
  std::string name;
  std::string file;
  Milliseconds interval{0};  // 0: the default
  std::optional<Milliseconds> queryOffset = std::nullopt;
  std::size_t limit = 0;  // of the series that a rule gives; 0: none
  std::vector<RuleDefinition> rules = {};
};

}  // namespace orchestrator_exporter::rules
