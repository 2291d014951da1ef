#pragma once

#include <set>
#include <string>
#include <vector>

#include "metrics/rules/alert.h"

namespace orchestrator_exporter::rules {

// An alert as those who tell people get it.
struct NotifiedAlert {
  LabelSet labels = {};  // with the external ones
  Annotations annotations = {};
  Time startsAt = 0;
  Time endsAt =
      0;  // of one that fires: from when on it is to be taken for ended if nobody says more
  bool resolved = false;
  GeneratorUrl generatorUrl = {};
  Milliseconds cooldown{0};  // how long after one telling that it fires there is no second
};

// An alert that went from one state to another. What ends is inactive.
struct AlertChange {
  Time time = 0;
  LabelSet labels = {};  // with the external ones
  Annotations annotations = {};
  double value = 0;
  std::string rule = {};
  AlertState to = AlertState::kInactive;
};

// Takes alerts that begin to fire, still fire or ended. Called by the thread that evaluates: comes
// back within milliseconds and does not throw.
class Notifier {
 public:
  virtual ~Notifier() = default;
  virtual void notify(const std::vector<NotifiedAlert>& alerts) = 0;
  // Told before what notify() tells of the same evaluation.
  virtual void changed(const std::vector<AlertChange>&) {}
  // Every group was evaluated since the start, for the first time: these alerts are pending or
  // fire, by their labels with the external ones, and no others.
  virtual void allEvaluated(const std::set<LabelSet>&) {}
};

}  // namespace orchestrator_exporter::rules
