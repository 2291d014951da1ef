#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "metrics/label_set.h"
#include "metrics/rules/alert.h"

// Who is told of alerts, when, and of which of them at once: the routing of Alertmanager
// (https://prometheus.io/docs/alerting/latest/configuration/) without its network. Nothing here
// reads a clock, a file or a socket; nothing is safe to be used by two threads at once.
namespace orchestrator_exporter::notifications {

using rules::Annotations;
using rules::GeneratorUrl;
using rules::Milliseconds;
using rules::TextPairs;
using rules::Time;

// An alert as those who route it see it.
struct Alert {
  LabelSet labels = {};
  Annotations annotations = {};
  Time startsAt = 0;
  Time endsAt = 0;  // of one that fires: from when on it counts as ended unless it is told again
  Time updatedAt = 0;
  GeneratorUrl generatorUrl = {};
  Milliseconds cooldown{0};  // how long after one telling that it fires there is no second
  bool isForeign = false;    // another program tells of it, and of its end

  bool isResolved(Time at) const { return endsAt <= at; }
  friend bool operator==(const Alert&, const Alert&) = default;
};

// What an alert is known by, the same for equal labels (FNV-1a over names and values).
using Fingerprint = std::uint64_t;
Fingerprint fingerprint(const LabelSet& labels);
// 16 hexadecimal digits.
std::string textOf(Fingerprint fingerprint);

// The newer of two tellings of one alert, with what the older one had to add if their times
// overlap.
Alert merged(const Alert& older, const Alert& newer, Time now);

// The order in which a message has alerts: by job, by instance (those without last), those with
// fewer labels first, then label by label.
bool comesBefore(const LabelSet& a, const LabelSet& b);

}  // namespace orchestrator_exporter::notifications
