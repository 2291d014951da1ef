#include "metrics/notifications/state/alert_states.h"

#include <limits>
#include <utility>

namespace orchestrator_exporter::notifications {

void AlertStates::restore(std::map<Fingerprint, std::string> states) {
  states_ = std::move(states);
  std::erase_if(states_, [](const auto& entry) {
    return entry.second != "pending" && entry.second != "firing";
  });
}

std::optional<Transition> AlertStates::change(const rules::AlertChange& change) {
  const Fingerprint known = fingerprint(change.labels);
  const auto before = states_.find(known);
  const std::string from = before == states_.end() ? "inactive" : before->second;
  std::string to(rules::stateName(change.to));
  if (change.to == rules::AlertState::kInactive && from == "firing") to = "resolved";
  if (from == to || (from == "firing" && to == "pending")) return std::nullopt;
  if (change.to == rules::AlertState::kInactive) {
    states_.erase(known);
  } else {
    states_[known] = to;
  }
  return Transition{change.time, change.labels, change.annotations, from,
                    to,          change.value,  change.rule};
}

std::optional<Transition> AlertStates::follow(const Alert& alert, Time now) {
  const bool isOver = alert.isResolved(now);
  return change({.time = isOver ? alert.endsAt : now,
                 .labels = alert.labels,
                 .annotations = alert.annotations,
                 .value = std::numeric_limits<double>::quiet_NaN(),
                 .to = isOver ? rules::AlertState::kInactive : rules::AlertState::kFiring});
}

bool AlertStates::fires(Fingerprint fingerprint) const {
  const auto known = states_.find(fingerprint);
  return known != states_.end() && known->second == "firing";
}

}  // namespace orchestrator_exporter::notifications
