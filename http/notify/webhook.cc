#include "http/notify/webhook.h"

#include <nlohmann/json.hpp>

#include "metrics/exposition/json_text.h"
#include "metrics/rules/time_text.h"

namespace orchestrator_exporter::http::notify {

namespace {

using nlohmann::json;
using notifications::Alert;

json alertJson(const Alert& alert) {
  return {{"status", notifications::statusOf(alert.endsAt == 0)},
          {"labels", jsonObject(alert.labels)},
          {"annotations", jsonObject(*alert.annotations)},
          {"startsAt", rules::rfc3339(alert.startsAt)},
          {"endsAt", alert.endsAt == 0 ? "0001-01-01T00:00:00Z" : rules::rfc3339(alert.endsAt)},
          {"generatorURL", *alert.generatorUrl},
          {"fingerprint", notifications::textOf(notifications::fingerprint(alert.labels))}};
}

}  // namespace

std::string webhookBody(const notifications::Notification& notification,
                        const std::string& externalUrl, std::size_t maxAlerts) {
  notifications::Notification shown = notification;
  if (maxAlerts > 0 && shown.alerts.size() > maxAlerts) shown.alerts.resize(maxAlerts);
  const notifications::MessageData data(shown, externalUrl);
  json alerts = json::array();
  for (const Alert& alert : data.alerts) alerts.push_back(alertJson(alert));
  const json body = {{"version", "4"},
                     {"groupKey", notification.groupKey},
                     {"truncatedAlerts", notification.alerts.size() - shown.alerts.size()},
                     {"notification_reason", nameOf(notification.reason)},
                     {"status", notifications::statusOf(data.fires())},
                     {"receiver", data.receiver},
                     {"groupLabels", jsonObject(data.groupLabels)},
                     {"commonLabels", jsonObject(data.commonLabels)},
                     {"commonAnnotations", jsonObject(data.commonAnnotations)},
                     {"externalURL", externalUrl},
                     {"alerts", std::move(alerts)}};
  return jsonText(body);
}

Outcome Webhook::send(const notifications::Notification& notification) {
  return post(webhookBody(notification, style_.externalUrl, maxAlerts_),
              {{"X-Notification-Id", notification.id}});
}

}  // namespace orchestrator_exporter::http::notify
