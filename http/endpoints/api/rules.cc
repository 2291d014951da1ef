#include "http/endpoints/api/rules.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "http/endpoints/api/answer.h"
#include "http/endpoints/api/selectors.h"
#include "metrics/base/utf8.h"
#include "metrics/exposition/json_text.h"
#include "metrics/rules/expansion/texts.h"
#include "metrics/rules/time_text.h"

namespace orchestrator_exporter::http {

namespace {

using json = nlohmann::ordered_json;
using rules::GroupStatus;
using rules::RuleDefinition;
using rules::RuleStatus;

// Which rules a request asks for; an empty list asks for all.
struct Filter {
  std::optional<RuleDefinition::Kind> kind;
  std::vector<std::string> names;
  std::vector<std::string> groups;
  std::vector<std::string> files;
  std::vector<std::vector<LabelMatcher>> selectors;
  bool withAlerts = true;
};

[[noreturn]] void refuse(const std::string& parameter, const std::string& reason) {
  throw ApiError(ApiError::Type::kBadData, "invalid parameter \"" + parameter + "\": " + reason);
}

Filter filterOf(const ApiParameters& parameters) {
  Filter filter;
  const std::string type = rules::toLower(parameters.text("type"));
  if (type == "alert") filter.kind = RuleDefinition::Kind::kAlerting;
  if (type == "record") filter.kind = RuleDefinition::Kind::kRecording;
  if (!type.empty() && !filter.kind) refuse("type", "not supported value \"" + type + "\"");
  filter.names = parameters.all("rule_name[]");
  filter.groups = parameters.all("rule_group[]");
  filter.files = parameters.all("file[]");
  filter.selectors = selectorsOf(parameters);
  const std::string exclude = rules::toLower(parameters.text("exclude_alerts"));
  constexpr std::array<std::string_view, 3> kYes = {"1", "t", "true"};
  constexpr std::array<std::string_view, 4> kNo = {"", "0", "f", "false"};
  const bool isYes = std::find(kYes.begin(), kYes.end(), exclude) != kYes.end();
  if (!isYes && std::find(kNo.begin(), kNo.end(), exclude) == kNo.end()) {
    refuse("exclude_alerts", "error converting exclude_alerts: strconv.ParseBool: parsing \"" +
                                 std::string(parameters.text("exclude_alerts")) +
                                 "\": invalid syntax");
  }
  filter.withAlerts = !isYes;
  return filter;
}

bool contains(const std::vector<std::string>& wanted, const std::string& one) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), one) != wanted.end();
}

bool matches(const Filter& filter, const RuleDefinition& rule) {
  if (filter.kind && *filter.kind != rule.kind) return false;
  if (!contains(filter.names, rule.name)) return false;
  if (filter.selectors.empty()) return true;
  const LabelSet labels(rule.labels);
  return std::any_of(filter.selectors.begin(), filter.selectors.end(), [&](const auto& all) {
    return std::all_of(all.begin(), all.end(), [&](const LabelMatcher& matcher) {
      return matcher.matches(labels.get(matcher.name()));
    });
  });
}

std::string timeText(std::chrono::system_clock::time_point time) {
  if (time == std::chrono::system_clock::time_point()) return rules::kNoTime;
  return rules::rfc3339(
      std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count());
}

// Always with an exponent.
std::string exponentText(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  std::array<char, 40> digits{};
  const auto end =
      std::to_chars(digits.begin(), digits.end(), value, std::chars_format::scientific).ptr;
  return {digits.begin(), end};
}

json alertJson(const rules::Alert& alert) {
  json object = {{"labels", jsonObject<json>(alert.labels)},
                 {"annotations", jsonObject<json>(*alert.annotations)},
                 {"state", rules::stateName(alert.state)},
                 {"activeAt", rules::rfc3339(alert.activeAt)}};
  if (alert.keepFiringSince) object["keepFiringSince"] = rules::rfc3339(*alert.keepFiringSince);
  object["value"] = exponentText(alert.value);
  return object;
}

json alertsJson(const std::vector<rules::Alert>& alerts) {
  json list = json::array();
  for (const rules::Alert& alert : alerts) list.push_back(alertJson(alert));
  return list;
}

std::string_view healthName(rules::RuleHealth health) {
  constexpr std::array<std::string_view, 3> kNames = {"unknown", "ok", "err"};
  return kNames.at(static_cast<std::size_t>(health));
}

// The highest state of its alerts.
std::string_view stateOf(const std::vector<rules::Alert>& alerts) {
  rules::AlertState highest = rules::AlertState::kInactive;
  for (const rules::Alert& alert : alerts) highest = std::max(highest, alert.state);
  return rules::stateName(highest);
}

double seconds(rules::Milliseconds duration) {
  return std::chrono::duration<double>(duration).count();
}

json ruleJson(const RuleStatus& rule, bool withAlerts) {
  const RuleDefinition& definition = *rule.definition;
  const bool isAlert = definition.kind == RuleDefinition::Kind::kAlerting;
  json object = json::object();
  if (isAlert) object["state"] = stateOf(rule.alerts);
  object["name"] = definition.name;
  object["query"] = definition.query;
  if (isAlert) {
    object["duration"] = seconds(definition.holdFor);
    object["keepFiringFor"] = seconds(definition.keepFiringFor);
  }
  if (isAlert || !definition.labels.empty()) object["labels"] = jsonObject<json>(definition.labels);
  if (isAlert) {
    object["annotations"] = jsonObject<json>(definition.annotations);
    object["alerts"] = withAlerts ? alertsJson(rule.alerts) : json::array();
  }
  object["health"] = healthName(rule.health);
  if (!rule.lastError.empty()) object["lastError"] = toUtf8(rule.lastError);
  object["evaluationTime"] = rule.took.count();
  object["lastEvaluation"] = timeText(rule.lastEvaluation);
  object["type"] = isAlert ? "alerting" : "recording";
  return object;
}

json groupsJson(const std::vector<GroupStatus>& groups, const Filter& filter) {
  json list = json::array();
  for (const GroupStatus& group : groups) {
    if (!contains(filter.groups, group.definition->name) ||
        !contains(filter.files, group.definition->file)) {
      continue;
    }
    json all = json::array();
    for (const RuleStatus& rule : group.rules) {
      if (matches(filter, *rule.definition)) all.push_back(ruleJson(rule, filter.withAlerts));
    }
    if (all.empty()) continue;
    list.push_back({{"name", group.definition->name},
                    {"file", group.definition->file},
                    {"rules", std::move(all)},
                    {"interval", seconds(group.interval)},
                    {"limit", group.definition->limit},
                    {"evaluationTime", group.took.count()},
                    {"lastEvaluation", timeText(group.lastEvaluation)}});
  }
  return list;
}

ApiAnswer answerOf(const json& data) {
  ApiAnswer answer;
  answer.data.append(jsonText(data));
  return answer;
}

}  // namespace

void addRuleEndpoints(Router& router, std::function<std::vector<GroupStatus>()> groups,
                      const std::vector<std::string>& alertmanagers) {
  addApiEndpoint(router, "rules", ApiMethods::kGet,
                 [groups](const ApiParameters& parameters, const Request&) {
                   const Filter filter = filterOf(parameters);
                   return answerOf({{"groups", groupsJson(groups(), filter)}});
                 });
  addApiEndpoint(router, "alerts", ApiMethods::kGet,
                 [groups](const ApiParameters&, const Request&) {
                   json all = json::array();
                   for (const GroupStatus& group : groups()) {
                     for (const RuleStatus& rule : group.rules) {
                       for (json& alert : alertsJson(rule.alerts)) all.push_back(std::move(alert));
                     }
                   }
                   return answerOf({{"alerts", std::move(all)}});
                 });
  json active = json::array();
  for (const std::string& url : alertmanagers) active.push_back({{"url", url}});
  addApiEndpoint(
      router, "alertmanagers", ApiMethods::kGet, [active](const ApiParameters&, const Request&) {
        return answerOf({{"activeAlertmanagers", active}, {"droppedAlertmanagers", json::array()}});
      });
}

}  // namespace orchestrator_exporter::http
