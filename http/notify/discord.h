#pragma once

#include <string>

#include "http/notify/http_channel.h"

namespace orchestrator_exporter::http::notify {

// What discord_configs say of the message; texts are templates.
struct DiscordConfig {
  HttpTarget target = {};
  std::string title = {};
  std::string message = {};
  std::string content = {};
  std::string username = {};
  std::string avatarUrl = {};
};

// Posts an embed to a webhook of Discord
// (https://discord.com/developers/docs/resources/webhook#execute-webhook), within its limits.
class Discord final : public HttpChannel {
 public:
  Discord(DiscordConfig config, MessageStyle style)
      : HttpChannel(config.target), config_(std::move(config)), style_(std::move(style)) {}

  Outcome send(const notifications::Notification& notification) override;
  std::vector<Rate> rates() const override {
    return {{5, std::chrono::seconds(2)}, {30, std::chrono::minutes(1)}};
  }

 private:
  Outcome judge(const ClientAnswer& answer) const override;

  const DiscordConfig config_;
  const MessageStyle style_;
};

// The body of such a request.
std::string discordBody(const notifications::Notification& notification,
                        const DiscordConfig& config, const MessageStyle& style);

}  // namespace orchestrator_exporter::http::notify
