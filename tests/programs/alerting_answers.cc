#include <cstdio>
#include <exception>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "exporter/configuration/faults.h"
#include "exporter/notifications/alertmanager_file.h"
#include "metrics/exposition/json_text.h"
#include "metrics/notifications/matcher.h"
#include "metrics/notifications/texts/message_templates.h"

// Answers what metrics/notifications/beside_alertmanager.py asks of routes, matchers and templates,
// to hold it against Alertmanager: each question is a JSON object on a line of standard input, each
// answer a line of JSON; {"error": TEXT} if there is none.
//   {"routes": FILE, "labels": [{NAME: VALUE}]}        the receivers of each set of labels
//   {"matchers": TEXT}                                 [[NAME, OPERATOR, VALUE]]
//   {"template": TEXT, "html": BOOL, "message": {...}} the text of a message, whose data are those
//                                                      of a webhook

namespace {

using namespace orchestrator_exporter;
using nlohmann::json;

LabelSet labelsOf(const json& object) {
  std::vector<LabelSet::Pair> pairs;
  for (const auto& [name, value] : object.items()) {
    pairs.emplace_back(name, value.get<std::string>());
  }
  return LabelSet(std::move(pairs));
}

json receivers(const json& question) {
  const alertmanager::File file = alertmanager::readFile(question["routes"], {});
  json answer = json::array();
  for (const json& labels : question["labels"]) {
    json names = json::array();
    for (const auto* route : routesFor(file.plan->root, labelsOf(labels))) {
      names.push_back(route->receiver);
    }
    answer.push_back(std::move(names));
  }
  return answer;
}

json matchers(const json& question) {
  json answer = json::array();
  const auto parsed = notifications::parseMatchers(question["matchers"].get<std::string>());
  for (const LabelMatcher& each : parsed.all()) {
    answer.push_back({each.name(), notifications::textOf(each.op()), each.value()});
  }
  return answer;
}

notifications::Notification messageOf(const json& message) {
  notifications::Notification notification;
  notification.receiver = message["receiver"];
  notification.groupLabels = labelsOf(message["groupLabels"]);
  for (const json& each : message["alerts"]) {
    notifications::Alert alert;
    alert.labels = labelsOf(each["labels"]);
    rules::TextPairs annotations;
    for (const auto& [name, value] : each["annotations"].items()) {
      annotations.emplace_back(name, value.get<std::string>());
    }
    alert.annotations = rules::Annotations(std::move(annotations));
    alert.startsAt = each["startsAtMilliseconds"];
    alert.endsAt = each["endsAtMilliseconds"];
    alert.generatorUrl = rules::GeneratorUrl(each["generatorURL"].get<std::string>());
    notification.alerts.push_back(std::move(alert));
  }
  return notification;
}

json text(const json& question) {
  const notifications::MessageTemplates templates;
  const notifications::MessageData data(messageOf(question["message"]),
                                        question["message"]["externalURL"]);
  const std::string wanted = question["template"];
  return question["html"].get<bool>() ? templates.expandHtml(wanted, data)
                                      : templates.expand(wanted, data);
}

json answerTo(const json& question) {
  try {
    if (question.contains("routes")) return receivers(question);
    return question.contains("matchers") ? matchers(question) : text(question);
  } catch (const configuration::ConfigurationError& error) {
    return {{"error", error.lines()}};
  } catch (const std::exception& error) {
    return {{"error", error.what()}};
  }
}

}  // namespace

int main() {
  std::string line;
  while (std::getline(std::cin, line)) {
    std::printf("%s\n", jsonText(answerTo(json::parse(line))).c_str());
  }
  return 0;
}
