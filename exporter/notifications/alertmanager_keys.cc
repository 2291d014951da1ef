#include "exporter/notifications/alertmanager_keys.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <string_view>

#include "exporter/configuration/http_client.h"

namespace orchestrator_exporter::alertmanager {

namespace {

using namespace configuration;

constexpr DurationRange kTimes{std::chrono::nanoseconds(0), std::chrono::hours(24 * 3660)};
constexpr DurationRange kIntervals{std::chrono::milliseconds(1), std::chrono::hours(24 * 3660)};
// How deep routes may lie in each other.
constexpr int kDeepest = 16;

constexpr std::array<std::string_view, 15> kOtherReceivers = {
    "pagerduty_configs",  "opsgenie_configs",   "wechat_configs",    "pushover_configs",
    "victorops_configs",  "sns_configs",        "telegram_configs",  "webex_configs",
    "msteams_configs",    "msteamsv2_configs",  "jira_configs",      "rocketchat_configs",
    "incidentio_configs", "mattermost_configs", "pushbullet_configs"};
constexpr std::array<std::string_view, 13> kOtherGlobals = {
    "pagerduty_url",     "opsgenie_api_url",       "opsgenie_api_key",   "opsgenie_api_key_file",
    "wechat_api_url",    "wechat_api_secret",      "wechat_api_corp_id", "victorops_api_url",
    "victorops_api_key", "victorops_api_key_file", "telegram_api_url",   "webex_api_url",
    "jira_api_url"};
Key text(std::string name, std::string defaultValue = {}) {
  return textKey(std::move(name), std::move(defaultValue), "");
}
Key texts(std::string name) { return listKey(std::move(name), text(""), ""); }
Key named(std::string name) { return namedKey(std::move(name), text(""), ""); }

Key httpConfig() { return checked(mapKey("http_config", httpClientKeys(), ""), checkHttpClient); }

Key global() {
  std::vector<Key> keys = {durationKey("resolve_timeout", "5m", kTimes, ""),
                           httpConfig(),
                           text("smtp_from"),
                           text("smtp_hello", "localhost"),
                           text("smtp_smarthost"),
                           text("smtp_auth_username"),
                           secretKey("smtp_auth_password", ""),
                           pathKey("smtp_auth_password_file", "", ""),
                           secretKey("smtp_auth_secret", ""),
                           text("smtp_auth_identity"),
                           switchKey("smtp_require_tls", true, ""),
                           secretKey("slack_api_url", ""),
                           pathKey("slack_api_url_file", "", "")};
  Key tls = tlsKey();
  tls.name = "smtp_tls_config";
  keys.push_back(std::move(tls));
  return mapKey("global", std::move(keys), "");
}

Key route(const std::string& name, int depth) {
  std::vector<Key> keys = {text("receiver"),
                           texts("group_by"),
                           switchKey("continue", false, ""),
                           texts("matchers"),
                           named("match"),
                           named("match_re"),
                           durationKey("group_wait", "30s", kTimes, ""),
                           durationKey("group_interval", "5m", kIntervals, ""),
                           durationKey("repeat_interval", "4h", kIntervals, ""),
                           texts("mute_time_intervals"),
                           texts("active_time_intervals")};
  if (depth > 0) keys.push_back(listKey("routes", route("", depth - 1), ""));
  return mapKey(name, std::move(keys), "");
}

Key webhook() {
  return listKey(
      "webhook_configs",
      mapKey("",
             {switchKey("send_resolved", true, ""), secretKey("url", ""),
              pathKey("url_file", "", ""), integerKey("max_alerts", "0", {0, 1 << 30}, ""),
              durationKey("timeout", "0s", kTimes, ""), httpConfig()},
             ""),
      "");
}

Key slack() {
  const Key field = mapKey(
      "", {required(text("title")), required(text("value")), switchKey("short", false, "")}, "");
  return listKey(
      "slack_configs",
      mapKey("",
             {switchKey("send_resolved", false, ""),
              secretKey("api_url", ""),
              pathKey("api_url_file", "", ""),
              text("channel"),
              text("username", R"({{ template "slack.default.username" . }})"),
              text("color", R"({{ if eq .Status "firing" }}danger{{ else }}good{{ end }})"),
              text("title", R"({{ template "slack.default.title" . }})"),
              text("title_link", R"({{ template "slack.default.titlelink" . }})"),
              text("pretext", R"({{ template "slack.default.pretext" . }})"),
              text("text", R"({{ template "slack.default.text" . }})"),
              text("fallback", R"({{ template "slack.default.fallback" . }})"),
              text("callback_id", R"({{ template "slack.default.callbackid" . }})"),
              text("footer", R"({{ template "slack.default.footer" . }})"),
              text("icon_emoji", R"({{ template "slack.default.iconemoji" . }})"),
              text("icon_url", R"({{ template "slack.default.iconurl" . }})"),
              text("image_url"),
              text("thumb_url"),
              listKey("fields", field, ""),
              switchKey("short_fields", false, ""),
              switchKey("link_names", false, ""),
              texts("mrkdwn_in"),
              httpConfig()},
             ""),
      "");
}

Key discord() {
  return listKey("discord_configs",
                 mapKey("",
                        {switchKey("send_resolved", true, ""), secretKey("webhook_url", ""),
                         pathKey("webhook_url_file", "", ""),
                         text("title", R"({{ template "discord.default.title" . }})"),
                         text("message", R"({{ template "discord.default.message" . }})"),
                         text("content", R"({{ template "discord.default.content" . }})"),
                         text("username"), text("avatar_url"), httpConfig()},
                        ""),
                 "");
}

Key email() {
  return listKey("email_configs",
                 mapKey("",
                        {switchKey("send_resolved", false, ""), required(text("to")), text("from"),
                         text("smarthost"), text("hello"), text("auth_username"),
                         secretKey("auth_password", ""), pathKey("auth_password_file", "", ""),
                         secretKey("auth_secret", ""), text("auth_identity"),
                         switchKey("require_tls", true, ""), tlsKey(), named("headers"),
                         text("html", R"({{ template "email.default.html" . }})"),
                         text("text", R"({{ template "email.default.text" . }})")},
                        ""),
                 "");
}

Key receivers() {
  return listKey("receivers",
                 mapKey("", {required(text("name")), webhook(), slack(), discord(), email()}, ""),
                 "");
}

Key inhibitRules() {
  return listKey("inhibit_rules",
                 mapKey("",
                        {text("name"), texts("source_matchers"), texts("target_matchers"),
                         named("source_match"), named("target_match"), named("source_match_re"),
                         named("target_match_re"), texts("equal")},
                        ""),
                 "");
}

Key intervals(const std::string& name) {
  const Key times = mapKey("", {required(text("start_time")), required(text("end_time"))}, "");
  const Key interval =
      mapKey("",
             {listKey("times", times, ""), texts("weekdays"), texts("days_of_month"),
              texts("months"), texts("years"), text("location")},
             "");
  return listKey(
      name, mapKey("", {required(text("name")), listKey("time_intervals", interval, "")}, ""), "");
}

}  // namespace

std::vector<Key> keys() {
  return {global(),
          listKey("templates", pathKey("", "", ""), ""),
          required(route("route", kDeepest)),
          receivers(),
          inhibitRules(),
          intervals("time_intervals"),
          intervals("mute_time_intervals")};
}

bool isOtherKey(std::string_view name) {
  const auto isIn = [name](const auto& names) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  return isIn(kOtherReceivers) || isIn(kOtherGlobals);
}

}  // namespace orchestrator_exporter::alertmanager
