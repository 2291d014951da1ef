#include "exporter/pipeline/signal_list.h"

#include <algorithm>
#include <set>
#include <string>

#include "metrics/promql/syntax/parser.h"
#include "metrics/promql/syntax/position.h"

namespace orchestrator_exporter::pipeline {

namespace {

using configuration::checked;
using configuration::choiceKey;
using configuration::Faults;
using configuration::Key;
using configuration::listKey;
using configuration::mapKey;
using configuration::numberKey;
using configuration::required;
using configuration::textKey;
using configuration::Value;

// As the analysis will ask it.
void checkExpression(const Value& expression, Faults& faults) {
  try {
    promql::parse(analysis::withAliases(expression.text()));
  } catch (const promql::ParseError& error) {
    faults.add(expression.place(), error.what());
  }
}

bool isKnown(const std::string& name) {
  const auto& known = analysis::builtInSignals();
  return name == analysis::kRecordedSignals ||
         std::any_of(known.begin(), known.end(),
                     [&](const analysis::Signal& signal) { return signal.name == name; });
}

void checkNames(const Value& list, Faults& faults) {
  std::set<std::string> names;
  for (const Value& entry : list.elements()) {
    const std::string& name = entry["name"].text();
    if (isKnown(name)) {
      faults.add(entry["name"].place(), "there is a signal '" + name + "' already");
    } else if (!names.insert(name).second) {
      faults.add(entry["name"].place(), "the name '" + name + "' is there twice");
    }
  }
}

analysis::Better betterOf(const std::string& word) {
  if (word == "lower") return analysis::Better::kLower;
  return word == "higher" ? analysis::Better::kHigher : analysis::Better::kNone;
}

}  // namespace

Key signalsKey() {
  return checked(
      listKey("signals",
              mapKey("",
                     {required(textKey("name", "", "How findings call it.")),
                      required(checked(textKey("expr", "", "PromQL; aliases may stand in it."),
                                       checkExpression)),
                      textKey("unit", "", "Of its values."),
                      choiceKey("better", "none", {"none", "lower", "higher"},
                                "Which values are better."),
                      numberKey("least_change", "0", {.least = 0},
                                "Changes that are smaller do not count."),
                      numberKey("least_share", "0", {.least = 0, .most = 1},
                                "The same as a share of the median; the larger of both counts.")},
                     ""),
              "Quantities that the analysis watches besides its own."),
      checkNames);
}

std::vector<analysis::Signal> signalsOf(const configuration::Configuration& configuration) {
  std::vector<analysis::Signal> signals;
  for (const Value& entry : configuration["pipeline"]["signals"].elements()) {
    signals.push_back({.name = entry["name"].text(),
                       .expression = entry["expr"].text(),
                       .unit = entry["unit"].text(),
                       .better = betterOf(entry["better"].text()),
                       .leastChange = entry["least_change"].number(),
                       .leastShare = entry["least_share"].number()});
  }
  return signals;
}

}  // namespace orchestrator_exporter::pipeline
