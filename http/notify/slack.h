#pragma once

#include <string>
#include <vector>

#include "http/notify/http_channel.h"

namespace orchestrator_exporter::http::notify {

// What slack_configs say of the message; texts are templates.
struct SlackConfig {
  struct Field {
    std::string title;
    std::string value;
    bool isShort = false;
  };

  HttpTarget target = {};
  std::string channel = {};
  std::string username = {};
  std::string color = {};
  std::string title = {};
  std::string titleLink = {};
  std::string pretext = {};
  std::string text = {};
  std::string fallback = {};
  std::string footer = {};
  std::string iconEmoji = {};
  std::string iconUrl = {};
  std::string imageUrl = {};
  std::string thumbUrl = {};
  std::string callbackId = {};
  std::vector<Field> fields = {};
  std::vector<std::string> markdownIn = {};
  bool linksNames = false;
  bool isPlain = false;  // neither title nor text is given: the message is made of blocks
};

// Posts an attachment to an incoming webhook of Slack
// (https://api.slack.com/messaging/webhooks), within Slack's limits.
class Slack final : public HttpChannel {
 public:
  Slack(SlackConfig config, MessageStyle style)
      : HttpChannel(config.target), config_(std::move(config)), style_(std::move(style)) {}

  Outcome send(const notifications::Notification& notification) override;
  std::vector<Rate> rates() const override { return {{1, std::chrono::seconds(1)}}; }

 private:
  Outcome judge(const ClientAnswer& answer) const override;

  const SlackConfig config_;
  const MessageStyle style_;
};

// The body of such a request.
std::string slackBody(const notifications::Notification& notification, const SlackConfig& config,
                      const MessageStyle& style);

}  // namespace orchestrator_exporter::http::notify
