#include "http/notify/discord.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "metrics/base/number_parse.h"
#include "metrics/exposition/json_text.h"
#include "metrics/rules/time_text.h"

namespace orchestrator_exporter::http::notify {

namespace {

using nlohmann::json;
using std::chrono::milliseconds;

// Characters. Title, description and footer count into the sum of all embeds, 6,000.
constexpr std::size_t kLongestContent = 2000;
constexpr std::size_t kLongestTitle = 256;
constexpr std::size_t kLongestDescription = 4096;
constexpr std::size_t kLongestUsername = 80;

constexpr int kFiring = 0x992D22;
constexpr int kResolved = 0x2ECC71;

std::optional<milliseconds> secondsOf(std::string_view text) {
  constexpr double kLongest = 3600;
  const auto seconds = parseNumber(text);
  if (!seconds || !(*seconds >= 0)) return std::nullopt;
  return milliseconds(static_cast<std::int64_t>(std::ceil(std::fmin(*seconds, kLongest) * 1000)));
}

}  // namespace

std::string discordBody(const notifications::Notification& notification,
                        const DiscordConfig& config, const MessageStyle& style) {
  const notifications::MessageData data(notification, style.externalUrl);
  TextFiller filler(style, data);
  const json embed = {
      {"title", cut(filler.fill(config.title, R"({{ template "discord.default.title" . }})"),
                    kLongestTitle)},
      {"description",
       cut(filler.fill(config.message, R"({{ template "discord.default.message" . }})"),
           kLongestDescription)},
      {"color", data.fires() ? kFiring : kResolved},
      {"timestamp", rules::rfc3339(notification.at)}};
  json body = {{"content", cut(filler.fill(config.content), kLongestContent)},
               {"embeds", json::array({embed})},
               {"allowed_mentions", {{"parse", json::array()}}}};
  if (!config.username.empty()) body["username"] = cut(config.username, kLongestUsername);
  if (!config.avatarUrl.empty()) body["avatar_url"] = config.avatarUrl;
  return jsonText(body);
}

Outcome Discord::send(const notifications::Notification& notification) {
  return post(discordBody(notification, config_, style_));
}

// Of a 429 the body says how many seconds to wait; of others headers say when the next request of
// the bucket may come.
Outcome Discord::judge(const ClientAnswer& answer) const {
  Outcome outcome = outcomeOf(answer);
  if (answer.status == 429) {
    const json body = json::parse(answer.body, nullptr, false);
    if (body.is_object() && body.contains("retry_after") && body["retry_after"].is_number()) {
      outcome.pause = secondsOf(body["retry_after"].dump());
    }
  }
  const auto remaining = answer.header("X-RateLimit-Remaining");
  const auto reset = answer.header("X-RateLimit-Reset-After");
  if (!outcome.pause && remaining == "0" && reset) outcome.pause = secondsOf(*reset);
  return outcome;
}

}  // namespace orchestrator_exporter::http::notify
