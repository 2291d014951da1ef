#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "metrics/notifications/alert.h"
#include "metrics/notifications/told.h"

namespace orchestrator_exporter::notifications {

// One way in which a receiver is told: one of its configurations.
struct Integration {
  std::string name = {};  // webhook, slack, discord, email, console
  bool sendsResolved = true;
};

struct Receiver {
  std::string name = {};
  std::vector<Integration> integrations = {};
};

// What one integration of a receiver is told of one group of alerts.
struct Notification {
  std::string id = {};
  std::string receiver = {};
  std::string integration = {};
  std::size_t place = 0;  // of the integration in its receiver
  std::string groupKey = {};
  LabelSet groupLabels = {};
  Reason reason = Reason::kFirst;
  Time at = 0;
  Time giveUpAt = 0;               // no try begins after it
  std::vector<Alert> alerts = {};  // in the order of a message; endsAt is 0 of those that fire
  Told told = {};                  // what is remembered once it has arrived
  bool isUncertain = false;        // the program ended while it was sent: it may have arrived

  // What says for whom it is: group, receiver and integration.
  std::string key() const {
    return groupKey + "\n" + receiver + "\n" + integration + "\n" + std::to_string(place);
  }
};

}  // namespace orchestrator_exporter::notifications
