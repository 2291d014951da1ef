#include "http/reports/grafana_dashboard.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "metrics/base/utf8.h"
#include "metrics/exposition/json_text.h"
#include "metrics/promql/syntax/parser.h"
#include "metrics/promql/syntax/position.h"
#include "metrics/promql/syntax/printer.h"

namespace orchestrator_exporter::http {

namespace {

using json = nlohmann::ordered_json;

const json& datasource() {
  static const json source = {{"type", "prometheus"}, {"uid", "${datasource}"}};
  return source;
}

// What a panel asks: the expression of a signal for the chosen jobs and instances.
struct Question {
  std::string expression;
  std::string metric;  // that it is about, empty if none is known
};

Question questionOf(const analysis::Signal& signal) {
  constexpr std::int64_t kFiveMinutes = 300'000;
  const std::string text = analysis::withRules(analysis::withAliases(signal.expression));
  promql::ExpressionPtr expression;
  try {
    expression = promql::parse(text);
  } catch (const promql::ParseError&) {
    return {text, {}};  // as its samples came from a server that understands it
  }
  // What is counted in a window is another figure over another window.
  const bool isRate = text.find("increase(") == std::string::npos;
  Question question;
  for (const promql::Selector* found : promql::selectorsIn(*expression)) {
    if (question.metric.empty() && found->name.find(':') == std::string::npos) {
      question.metric = found->name;
    }
    // The tree is this function's own.
    auto& selector = const_cast<promql::Selector&>(*found);
    // Beside a matcher of the signal's own: a panel is of the chosen jobs whatever it asks.
    for (const char* label : {"job", "instance"}) {
      selector.matchers.insert(
          selector.matchers.begin(),
          LabelMatcher(label, LabelMatcher::Operator::kMatches, "$" + std::string(label)));
    }
    if (isRate && selector.range && selector.range->milliseconds <= kFiveMinutes) {
      selector.range->text = "$__rate_interval";
    }
  }
  question.expression = promql::print(*expression);
  return question;
}

json variable(const std::string& name, const std::string& title, const std::string& query) {
  return {{"type", "query"},
          {"name", name},
          {"label", title},
          {"datasource", datasource()},
          {"query", {{"query", query}, {"refId", "StandardVariableQuery"}}},
          {"definition", query},
          {"refresh", 2},
          {"sort", 1},
          {"multi", true},
          {"includeAll", true},
          {"allValue", ".+"},
          {"current", {{"text", json::array({"All"})}, {"value", json::array({"$__all"})}}}};
}

// Units by Grafana's names; others stand behind the number.
std::string unitOf(const std::string& unit) {
  static const std::map<std::string, std::string> kNames = {
      {"", "short"}, {"%", "percent"}, {"ms", "ms"}, {"ratio", "percentunit"}, {"1/s", "ops"}};
  const auto known = kNames.find(unit);
  return known == kNames.end() ? "suffix: " + toUtf8(unit) : known->second;
}

std::string descriptionOf(const analysis::Signal& signal) {
  std::string text = "The signal " + signal.name;
  if (!signal.unit.empty()) text += " in " + signal.unit;
  if (signal.better == analysis::Better::kLower) text += "; lower is better";
  if (signal.better == analysis::Better::kHigher) text += "; higher is better";
  return toUtf8(text + ".");
}

json panelOf(const analysis::Signal& signal, const std::string& expression,
             const std::set<std::string>& labels, int place) {
  constexpr int kColumns = 2;
  constexpr int kWidth = 12;
  constexpr int kHeight = 8;
  std::string legend;
  for (const std::string& label : labels) {
    legend += (legend.empty() ? "{{" : " {{") + toUtf8(label) + "}}";
  }
  return {{"id", place + 1},
          {"type", "timeseries"},
          {"title", toUtf8(signal.name)},
          {"description", descriptionOf(signal)},
          {"datasource", datasource()},
          {"gridPos",
           {{"x", place % kColumns * kWidth},
            {"y", place / kColumns * kHeight},
            {"w", kWidth},
            {"h", kHeight}}},
          {"fieldConfig",
           {{"defaults", {{"unit", unitOf(signal.unit)}}}, {"overrides", json::array()}}},
          {"options", {{"tooltip", {{"mode", "multi"}, {"sort", "desc"}}}}},
          {"targets",
           json::array({{{"refId", "A"},
                         {"datasource", datasource()},
                         {"expr", toUtf8(expression)},
                         {"legendFormat", legend.empty() ? toUtf8(signal.name) : legend}}})}};
}

}  // namespace

std::string grafanaDashboard(const Report& report) {
  // The series of a signal share a panel, and its legend has all of their labels.
  std::vector<const analysis::Signal*> signals;
  std::map<std::string, std::set<std::string>> labels;
  for (const analysis::SignalFinding& one : report.findings.signals) {
    if (labels.find(one.signal.name) == labels.end()) signals.push_back(&one.signal);
    for (const auto& [name, value] : one.labels) labels[one.signal.name].insert(name);
    labels[one.signal.name].erase("job");
  }
  json panels = json::array();
  std::string metric;
  for (const analysis::Signal* signal : signals) {
    const Question question = questionOf(*signal);
    if (metric.empty()) metric = question.metric;
    panels.push_back(panelOf(*signal, question.expression, labels[signal->name],
                             static_cast<int>(panels.size())));
  }
  if (metric.empty()) metric = "up";
  const json source = {{"type", "datasource"},
                       {"name", "datasource"},
                       {"label", "Data source"},
                       {"query", "prometheus"},
                       {"current", json::object()}};
  const json variables = json::array(
      {source, variable("job", "Job", "label_values(" + metric + ", job)"),
       variable("instance", "Instance", "label_values(" + metric + "{job=~\"$job\"}, instance)")});
  const std::int64_t seconds =
      std::max<std::int64_t>(60, (report.findings.end - report.findings.start) / 1000);
  const json document = {
      {"uid", "orchestrator-signals"},
      {"title", "Signals"},
      {"description", "What the analysis of orchestrator_exporter looks at."},
      {"id", nullptr},
      {"version", 1},
      {"schemaVersion", 42},
      {"editable", false},
      {"graphTooltip", 1},
      {"timezone", "browser"},
      {"refresh", "30s"},
      {"tags", json::array({"orchestrator-exporter"})},
      {"time", {{"from", "now-" + std::to_string(seconds) + "s"}, {"to", "now"}}},
      {"templating", {{"list", variables}}},
      {"panels", panels}};
  return jsonText(document) + "\n";
}

}  // namespace orchestrator_exporter::http
