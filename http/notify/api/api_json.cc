#include "http/notify/api/api_json.h"

#include <algorithm>

#include "http/endpoints/api/parameters.h"
#include "metrics/base/utc_text.h"
#include "metrics/exposition/json_text.h"

namespace orchestrator_exporter::http::notify {

namespace {

using nlohmann::json;
using namespace notifications;
using notifications::Time;

Time timeOf(const json& body, const char* key) {
  const auto time = parseApiTime(body.at(key).get<std::string>());
  if (!time) throw HttpError(400, std::string(key) + ": expected a time of RFC 3339");
  return *time;
}

LabelMatcher matcherOf(const json& object) {
  const bool isRegex = object.at("isRegex").get<bool>();
  const bool isEqual = object.value("isEqual", true);
  using enum LabelMatcher::Operator;
  return {object.at("name").get<std::string>(),
          isRegex ? (isEqual ? kMatches : kMatchesNot) : (isEqual ? kEqual : kNotEqual),
          object.at("value").get<std::string>()};
}

bool isWanted(const Request& request, std::string_view name) {
  const auto values = request.values(name);
  return values.empty() || values.front() != "false";
}

}  // namespace

std::string apiTime(Time time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(Milliseconds(time));
  const auto rest = (Milliseconds(time) - seconds).count();
  return utcText(seconds.count()).value_or("0001-01-01T00:00:00") + "." +
         std::to_string(1000 + rest).substr(1) + "Z";
}

json silenceJson(const Silence& silence, Time now) {
  json matchers = json::array();
  for (const LabelMatcher& matcher : silence.matchers.all()) {
    using enum LabelMatcher::Operator;
    matchers.push_back({{"name", matcher.name()},
                        {"value", matcher.value()},
                        {"isRegex", matcher.op() == kMatches || matcher.op() == kMatchesNot},
                        {"isEqual", matcher.op() == kEqual || matcher.op() == kMatches}});
  }
  return {{"id", silence.id},
          {"status", {{"state", nameOf(stateOf(silence, now))}}},
          {"updatedAt", apiTime(silence.updatedAt)},
          {"comment", silence.comment},
          {"createdBy", silence.createdBy},
          {"startsAt", apiTime(silence.startsAt)},
          {"endsAt", apiTime(silence.endsAt)},
          {"matchers", std::move(matchers)}};
}

Silence readSilenceJson(const std::string& body) {
  try {
    const json object = json::parse(body);
    Silence silence;
    silence.id = object.value("id", "");
    std::vector<LabelMatcher> matchers;
    for (const json& matcher : object.at("matchers")) matchers.push_back(matcherOf(matcher));
    silence.matchers = Matchers(std::move(matchers));
    silence.startsAt = timeOf(object, "startsAt");
    silence.endsAt = timeOf(object, "endsAt");
    silence.createdBy = object.at("createdBy");
    silence.comment = object.at("comment");
    return silence;
  } catch (const json::exception& error) {
    throw HttpError(400, std::string("expected a silence: ") + error.what());
  } catch (const std::invalid_argument& error) {
    throw HttpError(400, std::string("bad regular expression: ") + error.what());
  }
}

namespace {

// 0 if it is left out, as Go's zero time is.
Time optionalTime(const json& object, const char* key) {
  constexpr std::string_view kGoZero = "0001-01-01T00:00:00";
  const std::string text = object.value(key, "");
  return text.empty() || text.starts_with(kGoZero) ? 0 : timeOf(object, key);
}

Alert readAlert(const json& object, Time now, Milliseconds timeout) {
  Alert alert;
  for (const auto& [name, value] : object.at("labels").items()) {
    if (!value.get<std::string>().empty()) alert.labels.set(name, value.get<std::string>());
  }
  const json annotations = object.value("annotations", json::object());
  rules::TextPairs given;
  for (const auto& [name, value] : annotations.items()) {
    if (!value.get<std::string>().empty()) given.emplace_back(name, value);
  }
  alert.annotations = Annotations(std::move(given));
  alert.startsAt = optionalTime(object, "startsAt");
  alert.endsAt = optionalTime(object, "endsAt");
  if (alert.startsAt == 0) alert.startsAt = alert.endsAt == 0 ? now : alert.endsAt;
  if (alert.endsAt == 0) alert.endsAt = now + timeout.count();
  alert.updatedAt = now;
  alert.generatorUrl = GeneratorUrl(object.value("generatorURL", ""));
  return alert;
}

}  // namespace

std::vector<Alert> readAlertsJson(const std::string& body, Time now, Milliseconds timeout) {
  std::vector<Alert> alerts;
  std::string faults;
  const auto fault = [&faults](const std::string& text) {
    faults += (faults.empty() ? "" : "; ") + text;
  };
  try {
    const json list = json::parse(body);
    if (!list.is_array()) throw HttpError(400, "expected a list of alerts");
    for (const json& object : list) {
      alerts.push_back(readAlert(object, now, timeout));
      if (alerts.back().endsAt < alerts.back().startsAt) {
        fault("start time must be before end time");
      }
      if (alerts.back().labels.empty()) fault("at least one label pair required");
    }
  } catch (const json::exception& error) {
    throw HttpError(400, std::string("expected alerts: ") + error.what());
  }
  if (!faults.empty()) throw HttpError(400, faults);
  return alerts;
}

json alertJson(const ShownAlert& shown) {
  json inhibitedBy = json::array();
  for (const Fingerprint any : shown.muting.inhibitedBy) inhibitedBy.push_back(textOf(any));
  json receivers = json::array();
  for (const std::string& name : shown.receivers) receivers.push_back({{"name", name}});
  const bool isSuppressed = shown.muting.isMuted() || !shown.mutedBy.empty();
  return {{"labels", jsonObject(shown.alert.labels)},
          {"annotations", jsonObject(*shown.alert.annotations)},
          {"startsAt", apiTime(shown.alert.startsAt)},
          {"endsAt", apiTime(shown.alert.endsAt)},
          {"updatedAt", apiTime(shown.alert.updatedAt)},
          {"generatorURL", *shown.alert.generatorUrl},
          {"fingerprint", textOf(shown.fingerprint)},
          {"receivers", std::move(receivers)},
          {"status",
           {{"state", isSuppressed ? "suppressed" : "active"},
            {"inhibitedBy", std::move(inhibitedBy)},
            {"silencedBy", shown.muting.silencedBy},
            {"mutedBy", shown.mutedBy}}}};
}

AlertFilter::AlertFilter(const Request& request)
    : active_(isWanted(request, "active")),
      silenced_(isWanted(request, "silenced")),
      inhibited_(isWanted(request, "inhibited")),
      matchers_(filterOf(request)) {
  const auto receiver = request.values("receiver");
  if (receiver.empty() || receiver.front().empty()) return;
  try {
    receiver_.emplace("", LabelMatcher::Operator::kMatches, std::string(receiver.front()));
  } catch (const std::invalid_argument& error) {
    throw HttpError(400, std::string("receiver: ") + error.what());
  }
}

bool AlertFilter::takes(const ShownAlert& shown) const {
  const bool isSuppressed = shown.muting.isMuted() || !shown.mutedBy.empty();
  return matchers_.match(shown.alert.labels) && (active_ || isSuppressed) &&
         (silenced_ || shown.muting.silencedBy.empty()) &&
         (inhibited_ || shown.muting.inhibitedBy.empty());
}

bool AlertFilter::takesReceiver(const std::string& receiver) const {
  return !receiver_ || receiver_->matches(receiver);
}

Matchers filterOf(const Request& request) {
  Matchers all;
  for (const std::string_view text : request.values("filter")) {
    try {
      all.add(parseMatchers(text));
    } catch (const std::invalid_argument& error) {
      throw HttpError(400, std::string("filter: ") + error.what());
    }
  }
  return all;
}

Response jsonResponse(const json& body, int status) {
  Response response;
  response.status = status;
  response.contentType = "application/json";
  response.headers = {{"Cache-Control", "no-store"}, {"Vary", "Accept-Encoding"}};
  response.body = jsonText(body);
  response.compressible = true;
  return response;
}

}  // namespace orchestrator_exporter::http::notify
