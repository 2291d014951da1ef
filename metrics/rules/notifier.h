#pragma once

#include <string>
#include <vector>

#include "metrics/rules/alert.h"

namespace orchestrator_exporter::rules {

// An alert as those who tell people get it.
struct NotifiedAlert {
  LabelSet labels = {};  // with the external ones
  TextPairs annotations = {};
  Time startsAt = 0;
  Time endsAt =
      0;  // of one that fires: from when on it is to be taken for ended if nobody says more
  bool resolved = false;
  std::string generatorUrl = {};
};

// Takes alerts that begin to fire, still fire or ended. Called by the thread that evaluates: comes
// back within milliseconds and does not throw.
class Notifier {
 public:
  virtual ~Notifier() = default;
  virtual void notify(const std::vector<NotifiedAlert>& alerts) = 0;
};

}  // namespace orchestrator_exporter::rules
