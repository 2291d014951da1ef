#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "http/client/client_settings.h"
#include "metrics/rules/notifier.h"
#include "metrics/source.h"

namespace orchestrator_exporter::http {

// Where alerts are posted to.
struct AlertReceiver {
  std::string url;  // of the API: http://127.0.0.1:9093/api/v2/alerts
  ClientSettings settings = {};
};

// Hands alerts to Alertmanagers (POST /api/v2/alerts, alerting.md section 2): 64 a request, each
// server on its own thread with a queue of 10,000 alerts, of which the oldest go when it is full.
// What a server does not take is not sent again: alerts that still fire are told again by
// themselves.
class AlertForwarder final : public rules::Notifier, public Source {
 public:
  // `failed` is told when a server begins to fail and when it takes alerts again. Loads libcurl;
  // throws std::runtime_error if that fails.
  AlertForwarder(const std::vector<AlertReceiver>& receivers,
                 std::function<void(bool isFault, const std::string&)> log);
  ~AlertForwarder() override;

  void notify(const std::vector<rules::NotifiedAlert>& alerts) override;

  // prometheus_notifications_sent_total, _errors_total, _dropped_total and _queue_length.
  void collect(Sink& out) override;

 private:
  class Peer;
  std::vector<std::unique_ptr<Peer>> peers_;
};

// The body of such a request.
std::string alertsJson(std::span<const rules::NotifiedAlert> alerts);

}  // namespace orchestrator_exporter::http
