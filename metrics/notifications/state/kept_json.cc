#include "metrics/notifications/state/kept_json.h"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "metrics/exposition/json_text.h"

namespace orchestrator_exporter::notifications {

namespace {

using nlohmann::json;

TextPairs pairsOf(const json& object) {
  TextPairs pairs;
  for (const auto& [name, value] : object.items()) pairs.emplace_back(name, value);
  return pairs;
}

json alertJson(const Alert& alert) {
  return {{"labels", jsonObject(alert.labels)}, {"annotations", jsonObject(*alert.annotations)},
          {"startsAt", alert.startsAt},         {"endsAt", alert.endsAt},
          {"updatedAt", alert.updatedAt},       {"generatorURL", *alert.generatorUrl},
          {"cooldown", alert.cooldown.count()}, {"foreign", alert.isForeign}};
}

Alert alertOf(const json& object) {
  Alert alert;
  alert.labels = LabelSet(pairsOf(object.at("labels")));
  alert.annotations = Annotations(pairsOf(object.at("annotations")));
  alert.startsAt = object.at("startsAt");
  alert.endsAt = object.at("endsAt");
  alert.updatedAt = object.at("updatedAt");
  alert.generatorUrl = GeneratorUrl(object.at("generatorURL").get<std::string>());
  alert.cooldown = Milliseconds(object.at("cooldown").get<std::int64_t>());
  alert.isForeign = object.value("foreign", false);
  return alert;
}

template <typename Read>
auto read(std::string_view text, Read from) {
  try {
    return from(json::parse(text));
  } catch (const json::exception& error) {
    throw std::runtime_error(std::string("not what was kept: ") + error.what());
  }
}

}  // namespace

std::string writtenLabels(const LabelSet& labels) { return jsonText(jsonObject(labels)); }
std::string writtenPairs(const TextPairs& pairs) { return jsonText(jsonObject(pairs)); }

std::string written(const Alert& alert) { return jsonText(alertJson(alert)); }

LabelSet readLabels(std::string_view text) {
  return read(text, [](const json& object) { return LabelSet(pairsOf(object)); });
}

Alert readAlert(std::string_view text) { return read(text, alertOf); }

std::string written(const Notification& notification) {
  json alerts = json::array();
  for (const Alert& alert : notification.alerts) alerts.push_back(alertJson(alert));
  return jsonText({{"id", notification.id},
                   {"receiver", notification.receiver},
                   {"integration", notification.integration},
                   {"place", notification.place},
                   {"groupKey", notification.groupKey},
                   {"groupLabels", jsonObject(notification.groupLabels)},
                   {"reason", nameOf(notification.reason)},
                   {"at", notification.at},
                   {"giveUpAt", notification.giveUpAt},
                   {"expiresAt", notification.told.expiresAt},
                   {"firing", notification.told.firing},
                   {"resolved", notification.told.resolved},
                   {"alerts", alerts}});
}

Notification readNotification(std::string_view text) {
  return read(text, [](const json& object) {
    Notification notification;
    notification.id = object.at("id");
    notification.receiver = object.at("receiver");
    notification.integration = object.at("integration");
    notification.place = object.at("place");
    notification.groupKey = object.at("groupKey");
    notification.groupLabels = LabelSet(pairsOf(object.at("groupLabels")));
    notification.reason =
        reasonNamed(object.at("reason").get<std::string>()).value_or(Reason::kFirst);
    notification.at = object.at("at");
    notification.giveUpAt = object.at("giveUpAt");
    notification.told = {notification.at, object.at("expiresAt"), object.at("firing"),
                         object.at("resolved")};
    for (const json& alert : object.at("alerts")) notification.alerts.push_back(alertOf(alert));
    return notification;
  });
}

std::string written(const Silence& silence) {
  return jsonText({{"id", silence.id},
                   {"matchers", silence.matchers.text()},
                   {"startsAt", silence.startsAt},
                   {"endsAt", silence.endsAt},
                   {"updatedAt", silence.updatedAt},
                   {"createdBy", silence.createdBy},
                   {"comment", silence.comment}});
}

Silence readSilence(std::string_view text) {
  return read(text, [](const json& object) {
    Silence silence;
    silence.id = object.at("id");
    silence.matchers = parseMatchers(object.at("matchers").get<std::string>());
    silence.startsAt = object.at("startsAt");
    silence.endsAt = object.at("endsAt");
    silence.updatedAt = object.at("updatedAt");
    silence.createdBy = object.at("createdBy");
    silence.comment = object.at("comment");
    return silence;
  });
}

std::string written(const Told& told) {
  return jsonText({{"at", told.at},
                   {"expiresAt", told.expiresAt},
                   {"firing", told.firing},
                   {"resolved", told.resolved}});
}

Told readTold(std::string_view text) {
  return read(text, [](const json& object) {
    return Told{object.at("at"), object.at("expiresAt"), object.at("firing"),
                object.at("resolved")};
  });
}

}  // namespace orchestrator_exporter::notifications
