#pragma once

#include <string>
#include <vector>

#include "metrics/notifications/notification.h"
#include "metrics/text_template/value.h"

namespace orchestrator_exporter::notifications {

// What messages are made of, as Alertmanager's templates see it
// (https://prometheus.io/docs/alerting/latest/notifications/).
struct MessageData {
  std::string receiver;
  std::string externalUrl;
  std::vector<Alert> alerts;  // endsAt is 0 of those that fire
  LabelSet groupLabels;
  LabelSet commonLabels;
  TextPairs commonAnnotations;  // by name
  Reason reason = Reason::kFirst;
  Time at = 0;

  MessageData(const Notification& notification, std::string externalUrl);

  bool fires() const;
};

// The word of a whole message or one alert: firing, resolved.
std::string_view statusOf(bool fires);

// The data as a value: the receiver, the status, the alerts and so on are its fields. `data` must
// outlive it.
text_template::Value valueOf(const MessageData& data);

// Names and values with the methods of a KV.
text_template::Value pairsValue(const std::vector<std::pair<std::string, std::string>>& pairs);

}  // namespace orchestrator_exporter::notifications
