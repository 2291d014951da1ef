#include "exporter/configuration/relabelling.h"

#include <optional>
#include <stdexcept>

#include "metrics/base/number_parse.h"

namespace orchestrator_exporter::configuration {

namespace {

std::optional<std::string> textOf(const Value& value) {
  return value.given() ? std::optional(value.text()) : std::nullopt;
}

// Larger than the whole numbers of other keys.
std::optional<std::uint64_t> modulusOf(const std::string& text) {
  if (text.empty()) return 0;
  return parseUnsigned(text);
}

void checkModulus(const Value& modulus, Faults& faults) {
  if (!modulus.given() || modulusOf(modulus.text()).value_or(0) > 0) return;
  faults.add(modulus.place(),
             "expected a whole number, from 1 to 2^64 - 1, got '" + modulus.text() + "'");
}

RelabelRule ruleOf(const Value& rule) {
  const auto action = relabelAction(rule["action"].text());
  if (!action) throw std::invalid_argument("unknown action '" + rule["action"].text() + "'");
  return RelabelRule({.action = *action,
                      .sourceLabels = rule["source_labels"].texts(),
                      .separator = textOf(rule["separator"]),
                      .regex = textOf(rule["regex"]),
                      .targetLabel = textOf(rule["target_label"]),
                      .replacement = textOf(rule["replacement"]),
                      .modulus = modulusOf(rule["modulus"].text()).value_or(0)});
}

void checkRule(const Value& rule, Faults& faults) {
  try {
    ruleOf(rule);
  } catch (const std::invalid_argument& error) {
    faults.add(rule.place(), error.what());
  }
}

}  // namespace

Key relabellingKey(std::string name, std::string help) {
  return listKey(
      std::move(name),
      checked(
          mapKey(
              "",
              {listKey("source_labels", textKey("", "", ""), "Labels whose values are joined."),
               textKey("separator", ";", "What stands between them."),
               textKey("regex", "(.*)", "Matched against the whole of the joined values (RE2)."),
               textKey("target_label", "", "The label that is written."),
               textKey("replacement", "$1", "Its value, with groups of the match."),
               checked(textKey("modulus", "", "What a hash is taken modulo, from 1 to 2^64 - 1."),
                       checkModulus),
               textKey("action", "replace",
                       "replace, keep, drop, keepequal, dropequal, hashmod, labelmap, "
                       "labeldrop, labelkeep, lowercase or uppercase.")},
              ""),
          checkRule),
      std::move(help));
}

std::vector<RelabelRule> relabelRules(const Value& list) {
  std::vector<RelabelRule> rules;
  for (const Value& rule : list.elements()) rules.push_back(ruleOf(rule));
  return rules;
}

}  // namespace orchestrator_exporter::configuration
