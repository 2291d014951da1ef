#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "http/notify/notification_center.h"
#include "http/server/message.h"

namespace orchestrator_exporter::http::notify {

// Pieces of Alertmanager's API.

// 2026-11-29T10:00:00.000Z
std::string apiTime(notifications::Time time);

nlohmann::json silenceJson(const notifications::Silence& silence, notifications::Time now);
// Throws HttpError 400 with the reason.
notifications::Silence readSilenceJson(const std::string& body);

// Alerts as another program tells of them, with the times that it leaves out: the beginning is now,
// or the end if that is there; the end is `timeout` from now. Throws HttpError 400 with all
// reasons.
std::vector<notifications::Alert> readAlertsJson(const std::string& body, notifications::Time now,
                                                 notifications::Milliseconds timeout);

// An alert with what keeps it from being told and who would be told of it.
struct ShownAlert {
  notifications::Fingerprint fingerprint = 0;
  notifications::Alert alert = {};
  notifications::Dispatcher::Muting muting = {};
  std::vector<std::string> mutedBy = {};  // time intervals
  std::vector<std::string> receivers = {};
};
nlohmann::json alertJson(const ShownAlert& shown);

// Which alerts a request wants: active, silenced, inhibited (all by default), filter, receiver.
class AlertFilter {
 public:
  // Throws HttpError 400.
  explicit AlertFilter(const Request& request);

  bool takes(const ShownAlert& shown) const;
  bool takesReceiver(const std::string& receiver) const;

 private:
  bool active_;
  bool silenced_;
  bool inhibited_;
  notifications::Matchers matchers_;
  std::optional<LabelMatcher> receiver_;
};

// All values of the parameter `filter`. Throws HttpError 400.
notifications::Matchers filterOf(const Request& request);

Response jsonResponse(const nlohmann::json& body, int status = 200);

}  // namespace orchestrator_exporter::http::notify
