#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "metrics/copy_on_write.h"
#include "metrics/float_histogram.h"
#include "metrics/label_set.h"
#include "metrics/rules/definition.h"

namespace orchestrator_exporter::rules {

// Milliseconds since 1970 UTC.
using Time = std::int64_t;

// Of an alert, by name. It is in many places at once: the rule, notifications, queues.
using Annotations = CopyOnWrite<TextPairs>;
// The page where the query of an alert's rule is seen.
using GeneratorUrl = CopyOnWrite<std::string>;

enum class AlertState : std::uint8_t { kInactive, kPending, kFiring };

// As Prometheus spells it: inactive, pending, firing.
std::string_view stateName(AlertState state);

// One element for which an alerting rule holds, or held a while ago.
struct Alert {
  AlertState state = AlertState::kPending;
  LabelSet labels = {};  // with alertname
  Annotations annotations = {};
  double value = 0;
  Time activeAt = 0;
  std::optional<Time> firedAt = std::nullopt;
  std::optional<Time> resolvedAt = std::nullopt;       // then it is inactive
  std::optional<Time> keepFiringSince = std::nullopt;  // from when on it only fires on
  std::optional<Time> lastSentAt = std::nullopt;
  AlertState toldState = AlertState::kInactive;  // that the notifier knows
};

// One sample that a rule gives.
struct RuleSample {
  LabelSet labels = {};
  Time time = 0;
  double value = 0;
  HistogramPointer histogram = nullptr;  // in the place of the value, if it is one
};

}  // namespace orchestrator_exporter::rules
