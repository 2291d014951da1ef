#include "http/notify/slack.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "metrics/base/utf8.h"
#include "metrics/exposition/json_text.h"

namespace orchestrator_exporter::http::notify {

namespace {

using nlohmann::json;
using notifications::Alert;
using notifications::MessageData;

// Characters, as Slack counts them.
constexpr std::size_t kLongestTitle = 1024;
constexpr std::size_t kLongestText = 40'000;
constexpr std::size_t kLongestHeader = 150;
constexpr std::size_t kLongestSection = 3000;
constexpr std::size_t kLongestField = 2000;
constexpr std::size_t kMostFields = 10;
constexpr std::size_t kMostBlocks = 50;
constexpr std::size_t kMostInBlocks = 9000;  // about 10,000 is refused

json markdown(const std::string& text) { return {{"type", "mrkdwn"}, {"text", text}}; }

// Escaped text with at most so many characters, and not cut within what stands for one of them.
std::string cutMarkup(const std::string& text, std::size_t characters) {
  std::string kept = cut(text, characters);
  const std::size_t escape = kept == text ? std::string::npos : kept.rfind('&');
  if (escape == std::string::npos || kept.find(';', escape) != std::string::npos) return kept;
  return kept.substr(0, escape) + "…";
}

// What people want to know of one alert; its labels are fields beside it.
std::string sectionText(const Alert& alert) {
  const auto annotation = [&](std::string_view name) {
    const auto found = std::find_if(alert.annotations->begin(), alert.annotations->end(),
                                    [&](const auto& pair) { return pair.first == name; });
    return found == alert.annotations->end() ? std::string() : found->second;
  };
  const std::string summary = annotation("summary");
  const std::string description = annotation("description");
  std::string text = "*" + escapedForSlack(alert.labels.get("alertname")) + "*";
  text.append(" ").append(notifications::statusOf(alert.endsAt == 0));
  for (const std::string& each : {summary, description}) {
    if (!each.empty()) text += "\n" + escapedForSlack(each);
  }
  return cutMarkup(text, kLongestSection);
}

json section(const Alert& alert, std::size_t& size) {
  json block = {{"type", "section"}, {"text", markdown(sectionText(alert))}};
  size = utf8Length(block["text"]["text"].get<std::string>());
  json fields = json::array();
  for (const auto& [name, value] : alert.labels) {
    if (name == "alertname" || fields.size() == kMostFields) continue;
    const std::string text =
        cutMarkup("*" + escapedForSlack(name) + "*: " + escapedForSlack(value), kLongestField);
    size += utf8Length(text);
    fields.push_back(markdown(text));
  }
  if (!fields.empty()) block["fields"] = std::move(fields);
  return block;
}

json blocks(TextFiller& filler, const MessageData& data) {
  const std::string header =
      cut(filler.fill(R"({{ template "slack.default.title" . }})"), kLongestHeader);
  json all = json::array();
  all.push_back({{"type", "header"}, {"text", {{"type", "plain_text"}, {"text", header}}}});
  // Room for the last block, which says how many are left out.
  std::size_t left = kMostInBlocks - utf8Length(header) - 50;
  std::size_t shown = 0;
  for (const Alert& alert : data.alerts) {
    std::size_t size = 0;
    json block = section(alert, size);
    if (all.size() + 1 == kMostBlocks) break;
    if (size > left && shown == 0) {
      // Not even one fits whole.
      block.erase("fields");
      size = utf8Length(block["text"]["text"].get<std::string>());
    }
    if (size > left) break;
    left -= size;
    ++shown;
    all.push_back(std::move(block));
  }
  if (shown < data.alerts.size()) {
    const std::string rest = "and " + std::to_string(data.alerts.size() - shown) + " more";
    all.push_back({{"type", "context"}, {"elements", json::array({markdown(rest)})}});
  }
  return all;
}

void addIfGiven(json& object, const char* key, const std::string& text) {
  if (!text.empty()) object[key] = text;
}

}  // namespace

std::string slackBody(const notifications::Notification& notification, const SlackConfig& config,
                      const MessageStyle& style) {
  const MessageData data(notification, style.externalUrl);
  TextFiller filler(style, data);
  json attachment = {{"fallback", filler.fill(config.fallback)},
                     {"color", filler.fill(config.color)},
                     {"mrkdwn_in", config.markdownIn}};
  if (config.isPlain) {
    attachment["blocks"] = blocks(filler, data);
  } else {
    attachment["title"] =
        cut(filler.fill(config.title, R"({{ template "slack.default.title" . }})"), kLongestTitle);
    attachment["title_link"] = filler.fill(config.titleLink);
    attachment["text"] = cut(filler.fill(config.text), kLongestText);
    addIfGiven(attachment, "pretext", filler.fill(config.pretext));
    addIfGiven(attachment, "footer", filler.fill(config.footer));
    addIfGiven(attachment, "callback_id", filler.fill(config.callbackId));
    addIfGiven(attachment, "image_url", filler.fill(config.imageUrl));
    addIfGiven(attachment, "thumb_url", filler.fill(config.thumbUrl));
    for (const SlackConfig::Field& field : config.fields) {
      attachment["fields"].push_back({{"title", filler.fill(field.title)},
                                      {"value", filler.fill(field.value)},
                                      {"short", field.isShort}});
    }
  }
  json body = {{"attachments", json::array({std::move(attachment)})}};
  addIfGiven(body, "channel", filler.fill(config.channel));
  addIfGiven(body, "username", filler.fill(config.username));
  addIfGiven(body, "icon_emoji", filler.fill(config.iconEmoji));
  addIfGiven(body, "icon_url", filler.fill(config.iconUrl));
  if (config.linksNames) body["link_names"] = true;
  return jsonText(body);
}

Outcome Slack::send(const notifications::Notification& notification) {
  return post(slackBody(notification, config_, style_));
}

// Some faults are told with status 200.
Outcome Slack::judge(const ClientAnswer& answer) const {
  Outcome outcome = outcomeOf(answer);
  if (outcome.kind != Outcome::Kind::kSent || answer.body == "ok") return outcome;
  const json body = json::parse(answer.body, nullptr, false);
  if (body.is_object() && body.value("ok", json(false)) == true) return outcome;
  outcome.kind = Outcome::Kind::kFailed;
  outcome.error = "Slack answered neither ok nor {\"ok\": true}";
  return outcome;
}

}  // namespace orchestrator_exporter::http::notify
