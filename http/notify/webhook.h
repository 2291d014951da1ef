#pragma once

#include <cstddef>
#include <string>

#include "http/notify/http_channel.h"

namespace orchestrator_exporter::http::notify {

struct WebhookConfig {
  HttpTarget target = {};
  std::size_t maxAlerts = 0;  // 0: all
};

// Posts what Alertmanager posts to a webhook
// (https://prometheus.io/docs/alerting/latest/configuration/#webhook_config, version 4), and the
// notification's id in the header X-Notification-Id.
class Webhook final : public HttpChannel {
 public:
  Webhook(WebhookConfig config, MessageStyle style)
      : HttpChannel(config.target), maxAlerts_(config.maxAlerts), style_(std::move(style)) {}

  Outcome send(const notifications::Notification& notification) override;
  std::vector<Rate> rates() const override { return {{10, std::chrono::seconds(1)}}; }

 private:
  const std::size_t maxAlerts_;
  const MessageStyle style_;
};

// The body of such a request.
std::string webhookBody(const notifications::Notification& notification,
                        const std::string& externalUrl, std::size_t maxAlerts);

}  // namespace orchestrator_exporter::http::notify
