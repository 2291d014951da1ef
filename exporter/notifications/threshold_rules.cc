#include "exporter/notifications/threshold_rules.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <stdexcept>
#include <utility>

#include "metrics/analysis/signals.h"
#include "metrics/base/number_format.h"
#include "metrics/base/number_parse.h"
#include "metrics/exposition/json_text.h"
#include "metrics/promql/syntax/duration.h"
#include "metrics/promql/syntax/parser.h"
#include "metrics/rules/rule_file.h"

namespace orchestrator_exporter::alertmanager {

namespace {

using configuration::Configuration;
using configuration::Faults;
using configuration::Key;
using configuration::Value;
using rules::Milliseconds;

constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kConditions = {
    {{"greater_than", ">"},
     {"greater_or_equal", ">="},
     {"less_than", "<"},
     {"less_or_equal", "<="},
     {"equals", "=="},
     {"not_equals", "!="}}};

// One alert of them.
struct ThresholdAlert {
  std::string name;
  std::string expression;
  Milliseconds holdFor{0};
  Milliseconds cooldown{0};
  rules::TextPairs labels = {};
  rules::TextPairs annotations = {};
};

// A text as YAML takes it: what JSON writes.
std::string doubleQuoted(const std::string& text) { return jsonText(text); }

// system.cpuUsage and custom-metric-high as SystemCpuUsage and CustomMetricHigh.
std::string camelCase(std::string_view text) {
  std::string name;
  bool begins = true;
  for (const char c : text) {
    const bool isWord = std::isalnum(static_cast<unsigned char>(c)) != 0;
    if (isWord) name += begins ? static_cast<char>(std::toupper(c)) : c;
    begins = !isWord;
  }
  return name;
}

// Milliseconds without a unit, else a duration; nullopt for anything else.
std::optional<Milliseconds> millisecondsOf(const std::string& text) {
  if (const auto number = parseUnsigned(text)) {
    return Milliseconds(static_cast<std::int64_t>(std::min<std::uint64_t>(*number, 1ULL << 40U)));
  }
  try {
    return Milliseconds(promql::parseDuration(text));
  } catch (const std::invalid_argument&) {
    return std::nullopt;
  }
}

bool isAlias(const std::string& metric) {
  const auto& known = analysis::builtInSignals();
  return std::any_of(known.begin(), known.end(),
                     [&](const analysis::Signal& signal) { return signal.name == metric; });
}

std::string componentOf(const std::string& metric) {
  if (!isAlias(metric)) return "host";
  const std::string word = metric.substr(0, metric.find('.'));
  return word == "system" ? "host" : word;
}

void addIfGiven(rules::TextPairs& pairs, const std::string& name, const std::string& text) {
  if (!text.empty()) pairs.emplace_back(name, text);
}

// An alert of a threshold; `severity` is the key with its mark.
ThresholdAlert alertOf(const Value& threshold, const std::string& severity) {
  const std::string& metric = threshold["metric"].text();
  const analysis::Signal signal = analysis::signalOf(metric);
  const std::string unit =
      threshold["unit"].text().empty() ? signal.unit : threshold["unit"].text();
  const bool isLowBad = signal.better == analysis::Better::kHigher;
  const std::string mark = numberText(threshold[severity].number());
  const std::string& description = threshold["description"].text();
  ThresholdAlert alert;
  alert.name = camelCase(metric);
  alert.expression =
      "(" + analysis::withAliases(metric) + ") " + (isLowBad ? "<" : ">") + " " + mark;
  alert.holdFor = threshold["for"].duration();
  alert.cooldown = threshold["cooldown"].duration();
  alert.labels = {{"severity", severity}, {"component", componentOf(metric)}, {"metric", metric}};
  addIfGiven(alert.labels, "unit", unit);
  alert.annotations = {{"summary", (description.empty() ? metric : description) +
                                       " is {{ printf \"%.4g\" $value }}" + unit +
                                       (isLowBad ? ", below " : ", above ") + mark + unit}};
  addIfGiven(alert.annotations, "description", description);
  return alert;
}

std::string_view operatorOf(const std::string& condition) {
  const auto found = std::find_if(kConditions.begin(), kConditions.end(),
                                  [&](const auto& row) { return row.first == condition; });
  return found->second;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all.append(all.empty() ? "" : ",") += text;
  return all;
}

ThresholdAlert alertOf(const Value& rule) {
  const std::string& metric = rule["metric"].text();
  const std::string& name = rule["name"].text();
  const std::string mark = numberText(rule["threshold"].number());
  ThresholdAlert alert;
  alert.name = camelCase(rule["id"].text());
  alert.expression = "(" + analysis::withAliases(metric) + ") ";
  alert.expression.append(operatorOf(rule["condition"].text())).append(" ") += mark;
  alert.holdFor = *millisecondsOf(rule["duration"].text());
  alert.cooldown = *millisecondsOf(rule["cooldown"].text());
  alert.labels = {{"severity", rule["severity"].text()},
                  {"component", componentOf(metric)},
                  {"metric", metric}};
  addIfGiven(alert.labels, "tags", joined(rule["tags"].texts()));
  alert.annotations = {{"summary", (name.empty() ? alert.name : name) +
                                       ": {{ printf \"%.4g\" $value }}, mark " + mark}};
  addIfGiven(alert.annotations, "description", rule["description"].text());
  return alert;
}

std::vector<ThresholdAlert> alertsOf(const Configuration& configuration) {
  std::vector<ThresholdAlert> alerts;
  for (const Value& threshold : configuration["thresholds"].elements()) {
    for (const char* severity : {"warning", "critical"}) {
      if (threshold[severity].has()) alerts.push_back(alertOf(threshold, severity));
    }
  }
  for (const Value& rule : configuration["threshold_rules"].elements()) {
    if (rule["enabled"].enabled()) alerts.push_back(alertOf(rule));
  }
  return alerts;
}

void append(std::string& file, const char* key, const rules::TextPairs& pairs) {
  file.append("        ").append(key).append(":\n");
  for (const auto& [name, text] : pairs) {
    file.append("          ").append(name).append(": ").append(doubleQuoted(text)).append("\n");
  }
}

void checkMetric(const Value& metric, Faults& faults) {
  try {
    promql::parse("(" + analysis::withAliases(metric.text()) + ")");
  } catch (const std::runtime_error& error) {
    faults.add(metric.place(), std::string("metric: neither an alias nor PromQL: ") + error.what());
  }
}

void checkThreshold(const Value& threshold, Faults& faults) {
  const Value& warning = threshold["warning"];
  const Value& critical = threshold["critical"];
  if (!warning.has() && !critical.has()) {
    faults.add(threshold.place(), "thresholds: needs one of warning and critical");
  }
  checkMetric(threshold["metric"], faults);
  if (!warning.has() || !critical.has()) return;
  const bool isLowBad =
      analysis::signalOf(threshold["metric"].text()).better == analysis::Better::kHigher;
  const bool isBeyond =
      isLowBad ? warning.number() < critical.number() : warning.number() > critical.number();
  if (isBeyond) faults.add(warning.place(), "thresholds: warning is beyond critical");
}

void checkRule(const Value& rule, Faults& faults) {
  checkMetric(rule["metric"], faults);
  if (camelCase(rule["id"].text()).empty()) {
    faults.add(rule["id"].place(), "threshold_rules: id: expected letters or digits");
  }
  for (const char* key : {"duration", "cooldown"}) {
    if (millisecondsOf(rule[key].text())) continue;
    faults.add(rule[key].place(), std::string("threshold_rules: ") + key +
                                      ": expected milliseconds or a duration such as 5m");
  }
}

std::vector<std::string> conditions() {
  std::vector<std::string> names;
  for (const auto& [name, sign] : kConditions) names.emplace_back(name);
  return names;
}

}  // namespace

std::vector<Key> thresholdBlocks() {
  using namespace configuration;
  constexpr DurationRange kTimes{std::chrono::nanoseconds(0), std::chrono::hours(24 * 366)};
  const Key threshold =
      mapKey("",
             {required(textKey("metric", "", "An alias, such as system.cpuUsage, or PromQL.")),
              numberKey("warning", "", {}, "From where on a warning is told."),
              numberKey("critical", "", {}, "From where on it is critical."),
              textKey("unit", "", "Written behind values; an alias has its own."),
              textKey("description", "", "What it is, for people."),
              durationKey("for", "0s", kTimes, "How long it has to last."),
              durationKey("cooldown", "0s", kTimes,
                          "What was told firing is not told firing again before that.")},
             "");
  const Key rule = mapKey(
      "",
      {required(textKey("id", "", "What the alert is called, in words of letters and digits.")),
       textKey("name", "", "What it is called in messages."),
       required(textKey("metric", "", "An alias or PromQL.")),
       required(choiceKey("condition", "", conditions(), "How it is compared.")),
       required(numberKey("threshold", "", {}, "With what.")),
       choiceKey("severity", "warning", {"info", "warning", "critical"}, "How bad it is."),
       textKey("duration", "0", "How long it has to last: milliseconds, or a duration."),
       textKey("cooldown", "0", "As that of thresholds: milliseconds, or a duration."),
       switchKey("enabled", true, "Whether it is evaluated."),
       textKey("description", "", "What it is, for people."),
       listKey("tags", textKey("", "", ""), "A label `tags`, with commas between them.")},
      "");
  return {listKey("thresholds", checked(threshold, checkThreshold),
                  "Marks that a quantity is not to cross, each two alerts at most."),
          listKey("threshold_rules", checked(rule, checkRule),
                  "Conditions on a quantity, each an alert.")};
}

std::string thresholdRuleFile(const Configuration& configuration) {
  const std::vector<ThresholdAlert> alerts = alertsOf(configuration);
  if (alerts.empty()) return {};
  std::string file = "groups:\n  - name: thresholds\n    rules:\n";
  for (const ThresholdAlert& alert : alerts) {
    file.append("      - alert: ").append(alert.name);
    file.append("\n        expr: ").append(doubleQuoted(alert.expression));
    file.append("\n        for: ")
        .append(promql::printDuration(alert.holdFor.count()))
        .append("\n");
    append(file, "labels", alert.labels);
    append(file, "annotations", alert.annotations);
  }
  return file;
}

std::vector<rules::GroupDefinition> thresholdGroups(const Configuration& configuration) {
  const std::string file = thresholdRuleFile(configuration);
  if (file.empty()) return {};
  std::vector<rules::GroupDefinition> groups = rules::parseRuleFile("thresholds", file);
  const std::vector<ThresholdAlert> alerts = alertsOf(configuration);
  for (std::size_t i = 0; i < alerts.size(); ++i) groups[0].rules[i].cooldown = alerts[i].cooldown;
  return groups;
}

}  // namespace orchestrator_exporter::alertmanager
