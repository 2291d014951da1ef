#pragma once

#include <string>
#include <utility>
#include <vector>

#include "http/client/mailer.h"
#include "http/notify/channel.h"
#include "http/notify/on_demand.h"

namespace orchestrator_exporter::http::notify {

// What email_configs say of the message; texts are templates.
struct EmailConfig {
  MailSettings mail = {};
  std::string to = {};    // addresses with commas between them
  std::string from = {};  // one
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string html = {};
  std::string text = {};
};

// Sends e-mail in HTML and text (RFC 5322).
class Email final : public Channel {
 public:
  Email(EmailConfig config, MessageStyle style)
      : config_(std::move(config)), style_(std::move(style)), mailer_(config_.mail) {}

  Outcome send(const notifications::Notification& notification) override;
  void cancel() override { mailer_.cancel(); }
  std::vector<Rate> rates() const override { return {{1, std::chrono::seconds(1)}}; }

 private:
  const EmailConfig config_;
  const MessageStyle style_;
  OnDemand<Mailer, MailSettings> mailer_;
};

// The message of a notification.
Mail mailOf(const notifications::Notification& notification, const EmailConfig& config,
            const MessageStyle& style);

// The bare addresses of a list: a@b of `Name <a@b>`.
std::vector<std::string> addressesOf(std::string_view list);

}  // namespace orchestrator_exporter::http::notify
