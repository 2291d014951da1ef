#include "exporter/notifications/channel_configs.h"

#include <algorithm>
#include <cstdio>

#include "exporter/configuration/http_client.h"
#include "http/notify/console.h"
#include "http/notify/discord.h"
#include "http/notify/email.h"
#include "http/notify/slack.h"
#include "http/notify/webhook.h"
#include "metrics/base/number_parse.h"
#include "metrics/text_template/template_error.h"

namespace orchestrator_exporter::alertmanager {

namespace {

using configuration::Faults;
using configuration::Value;
using http::Secret;
using http::notify::Channel;
using http::notify::HttpTarget;
using http::notify::MessageStyle;

constexpr std::chrono::seconds kTimeout(30);
constexpr std::size_t kBodyLimit = 64 * 1024;

bool looksLikeUrl(const std::string& text) {
  const std::size_t host = text.find("://") + 3;
  return (text.starts_with("http://") || text.starts_with("https://")) && host < text.size() &&
         text[host] != '/';
}

// The channels of one receiver.
class Builder {
 public:
  Builder(const Value& file, const MessageStyle& style, File& out, Faults& faults)
      : global_(file["global"]), style_(style), out_(out), faults_(faults) {}

  void addWebhook(const Value& config) {
    http::notify::WebhookConfig webhook;
    webhook.target = target(config, "url", "url_file", {});
    webhook.maxAlerts = static_cast<std::size_t>(config["max_alerts"].integer());
    const auto timeout = config["timeout"].duration();
    if (timeout.count() > 0)
      webhook.target.settings.timeout = std::min<std::chrono::milliseconds>(timeout, kTimeout);
    add("webhook", config, std::make_shared<http::notify::Webhook>(std::move(webhook), style_));
  }

  void addSlack(const Value& config) {
    http::notify::SlackConfig slack;
    slack.target = target(config, "api_url", "api_url_file",
                          secret(global_, "slack_api_url", "slack_api_url_file"));
    const auto take = [&](std::string_view key) { return templateOf(config[key]); };
    slack.channel = take("channel");
    slack.username = take("username");
    slack.color = take("color");
    slack.title = take("title");
    slack.titleLink = take("title_link");
    slack.pretext = take("pretext");
    slack.text = take("text");
    slack.fallback = take("fallback");
    slack.footer = take("footer");
    slack.iconEmoji = take("icon_emoji");
    slack.iconUrl = take("icon_url");
    slack.imageUrl = take("image_url");
    slack.thumbUrl = take("thumb_url");
    slack.callbackId = take("callback_id");
    for (const Value& field : config["fields"].elements()) {
      const bool isShort =
          field["short"].given() ? field["short"].enabled() : config["short_fields"].enabled();
      slack.fields.push_back({templateOf(field["title"]), templateOf(field["value"]), isShort});
    }
    slack.markdownIn = config["mrkdwn_in"].given()
                           ? config["mrkdwn_in"].texts()
                           : std::vector<std::string>{"fallback", "pretext", "text"};
    slack.linksNames = config["link_names"].enabled();
    slack.isPlain = !config["title"].given() && !config["text"].given();
    add("slack", config, std::make_shared<http::notify::Slack>(std::move(slack), style_));
  }

  void addDiscord(const Value& config) {
    http::notify::DiscordConfig discord;
    discord.target = target(config, "webhook_url", "webhook_url_file", {});
    discord.title = templateOf(config["title"]);
    discord.message = templateOf(config["message"]);
    discord.content = templateOf(config["content"]);
    discord.username = config["username"].text();
    discord.avatarUrl = config["avatar_url"].text();
    add("discord", config, std::make_shared<http::notify::Discord>(std::move(discord), style_));
  }

  void addEmail(const Value& config) {
    const auto either = [&](std::string_view own, const std::string& shared) {
      return config[own].text().empty() ? global_[shared].text() : config[own].text();
    };
    http::notify::EmailConfig email;
    email.to = templateOf(config["to"]);
    email.from = either("from", "smtp_from");
    if (email.from.empty()) fault(config, "email_configs: needs from, or global.smtp_from");
    const std::string host = either("smarthost", "smtp_smarthost");
    const std::size_t colon = host.rfind(':');
    const auto port =
        colon == std::string::npos ? std::nullopt : parseUnsigned(host.substr(colon + 1));
    if (!port || *port == 0 || *port > 65535) {
      fault(config, "email_configs: needs smarthost, or global.smtp_smarthost, as host:port");
    } else {
      email.mail.host = host.substr(0, colon);
      email.mail.port = static_cast<int>(*port);
    }
    email.mail.hello = either("hello", "smtp_hello");
    email.mail.user = either("auth_username", "smtp_auth_username");
    email.mail.identity = either("auth_identity", "smtp_auth_identity");
    email.mail.password = secret(config, "auth_password", "auth_password_file");
    if (!email.mail.password.isGiven()) {
      email.mail.password = secret(global_, "smtp_auth_password", "smtp_auth_password_file");
    }
    email.mail.secret = either("auth_secret", "smtp_auth_secret");
    email.mail.requireTls = config["require_tls"].given() ? config["require_tls"].enabled()
                                                          : global_["smtp_require_tls"].enabled();
    email.mail.tls = configuration::tlsSettings(
        config["tls_config"].given() ? config["tls_config"] : global_["smtp_tls_config"]);
    if (email.mail.tls.skipVerify) warn(config, "takes any certificate");
    email.headers = config["headers"].pairs();
    for (const auto& [name, text] : email.headers) check(text, config["headers"]);
    email.html = templateOf(config["html"]);
    email.text = templateOf(config["text"]);
    add("email", config, std::make_shared<http::notify::Email>(std::move(email), style_));
  }

  void add(const std::string& name, const Value& config, std::shared_ptr<Channel> channel) {
    receiver.integrations.push_back({name, config["send_resolved"].enabled()});
    channels.push_back(std::move(channel));
  }

  notifications::Receiver receiver = {};
  std::vector<std::shared_ptr<Channel>> channels = {};

 private:
  void fault(const Value& at, const std::string& text) { faults_.add(at.place(), text); }
  void warn(const Value& at, const std::string& text) {
    out_.warnings.push_back("line " + std::to_string(at.place().line) + ": " + text);
  }

  Secret secret(const Value& map, std::string_view text, std::string_view file) {
    if (!map[text].text().empty() && !map[file].text().empty()) {
      fault(map[file],
            "at most one of " + std::string(text) + " and " + std::string(file) + " makes sense");
    }
    return {map[text].text(), map[file].text()};
  }

  HttpTarget target(const Value& config, std::string_view text, std::string_view file,
                    const Secret& otherwise) {
    HttpTarget target;
    target.url = secret(config, text, file);
    if (!target.url.isGiven()) target.url = otherwise;
    if (!target.url.isGiven()) {
      fault(config, "needs one of " + std::string(text) + " and " + std::string(file));
    } else if (target.url.file.empty() && !looksLikeUrl(target.url.text)) {
      fault(config[text].given() ? config[text] : config,
            std::string(text) + ": expected a URL of http or https");
    }
    const Value& own = config["http_config"];
    target.settings = configuration::httpClientSettings(own.given() ? own : global_["http_config"]);
    target.settings.followRedirects = false;
    target.settings.timeout = kTimeout;
    target.settings.bodyLimit = kBodyLimit;
    if (target.settings.tls.skipVerify) warn(config, "takes any certificate");
    return target;
  }

  std::string templateOf(const Value& text) {
    check(text.text(), text);
    return text.text();
  }
  void check(const std::string& text, const Value& at) {
    try {
      notifications::MessageTemplates::check(text);
    } catch (const text_template::SyntaxError& error) {
      fault(at, "bad template, byte " + std::to_string(error.position() + 1) + ": " + error.what());
    }
  }

  const Value& global_;
  const MessageStyle& style_;
  File& out_;
  Faults& faults_;
};

}  // namespace

void addReceiver(const Value& receiver, const Value& file, const MessageStyle& style,
                 notifications::Plan& plan, File& out, Faults& faults) {
  Builder builder(file, style, out, faults);
  builder.receiver.name = receiver["name"].text();
  // In the order in which Alertmanager has them.
  for (const Value& config : receiver["discord_configs"].elements()) builder.addDiscord(config);
  for (const Value& config : receiver["webhook_configs"].elements()) builder.addWebhook(config);
  for (const Value& config : receiver["email_configs"].elements()) builder.addEmail(config);
  for (const Value& config : receiver["slack_configs"].elements()) builder.addSlack(config);
  if (builder.channels.empty() && builder.receiver.name == "console") {
    builder.receiver.integrations.push_back({"console", true});
    builder.channels.push_back(std::make_shared<http::notify::Console>(stdout));
  }
  out.channels[builder.receiver.name] = std::move(builder.channels);
  plan.receivers.push_back(std::move(builder.receiver));
}

}  // namespace orchestrator_exporter::alertmanager
