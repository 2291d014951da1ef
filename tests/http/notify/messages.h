#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "http/notify/discord.h"
#include "http/notify/email.h"
#include "http/notify/slack.h"

// What tests of messages are about, and how they are written.
namespace orchestrator_exporter::http::notify {

inline constexpr notifications::Time kNow = 1'700'049'601'000;  // 2023-11-15 12:00:01 UTC

inline notifications::Alert firing(const std::string& instance) {
  return {{{"alertname", "Hot"}, {"instance", instance}, {"severity", "critical"}},
          notifications::Annotations(
              notifications::TextPairs{{"description", "d"}, {"summary", "It is hot"}}),
          kNow - 60'000,
          0,
          kNow,
          notifications::GeneratorUrl("http://here/graph")};
}

inline notifications::Notification notificationOf(std::vector<notifications::Alert> alerts) {
  notifications::Notification notification;
  notification.id = "0000-1";
  notification.receiver = "people";
  notification.integration = "webhook";
  notification.groupKey = R"({}:{alertname="Hot"})";
  notification.groupLabels = {{"alertname", "Hot"}};
  notification.at = kNow;
  notification.alerts = std::move(alerts);
  return notification;
}

inline MessageStyle style() {
  return {std::make_shared<const notifications::MessageTemplates>(), "http://here"};
}

inline SlackConfig plainSlack() {
  SlackConfig config;
  config.isPlain = true;
  config.color = R"({{ if eq .Status "firing" }}danger{{ else }}good{{ end }})";
  config.fallback = R"({{ template "slack.default.fallback" . }})";
  return config;
}

inline DiscordConfig discord() {
  DiscordConfig config;
  config.title = R"({{ template "discord.default.title" . }})";
  config.message = R"({{ template "discord.default.message" . }})";
  return config;
}

inline EmailConfig email() {
  EmailConfig config;
  config.from = "Alerts <alerts@example.org>";
  config.to = "a@example.org, \"B, C\" <b@example.org>";
  config.text = R"({{ template "email.default.text" . }})";
  config.html = R"({{ template "email.default.html" . }})";
  return config;
}

// Empty if it has none of that name.
inline std::string headerOf(const Mail& mail, std::string_view name) {
  for (const auto& [key, value] : mail.headers) {
    if (key == name) return value;
  }
  return {};
}

}  // namespace orchestrator_exporter::http::notify
