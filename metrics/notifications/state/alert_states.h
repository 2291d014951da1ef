#pragma once

#include <map>
#include <optional>
#include <string>

#include "metrics/notifications/state/changes.h"
#include "metrics/rules/notifier.h"

namespace orchestrator_exporter::notifications {

// The states that alerts are in as far as the history of transitions knows.
class AlertStates {
 public:
  // As they were kept; the words are those of transitions.
  void restore(std::map<Fingerprint, std::string> states);

  // The transition that a change is; nullopt if the alert goes on as it was. Rules begin with
  // nothing after a start, so that what fires then may have fired before.
  std::optional<Transition> change(const rules::AlertChange& change);

  // The same of an alert of another program, whose value only that program knows.
  std::optional<Transition> follow(const Alert& alert, Time now);

  bool fires(Fingerprint fingerprint) const;

 private:
  std::map<Fingerprint, std::string> states_;  // those that are pending or fire
};

}  // namespace orchestrator_exporter::notifications
