#pragma once

#include <memory>
#include <string>

#include "http/notify/notification_center.h"
#include "http/server/router.h"

namespace orchestrator_exporter::http::notify {

// What a status page tells besides.
struct AlertmanagerFacts {
  std::string version = {};
  std::string revision = {};
  std::string branch = {};
  std::function<std::string()> configuration;  // the file without its secrets
  notifications::Time started = 0;
};

// Alertmanager's API, version 2, as far as its tool asks for it
// (https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml): /api/v2/status,
// receivers, alerts, alerts/groups, silences and silence/ID. Who tells of alerts, or sets and ends
// silences, must be let in to write.
void addAlertmanagerApi(Router& router, std::shared_ptr<NotificationCenter> center,
                        AlertmanagerFacts facts);

// GET /api/v1/alerts/history?start=&end=&filter=&limit=&cursor=: what alerts did, the newest first,
// in Prometheus' envelope. The cursor of an answer leads to the next page.
void addHistoryApi(Router& router, std::shared_ptr<NotificationCenter> center);

}  // namespace orchestrator_exporter::http::notify
