#include "exporter/pipeline/processor_list.h"

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "exporter/configuration/relabelling.h"
#include "exporter/pipeline/common_keys.h"
#include "http/security/strict_yaml.h"
#include "metrics/base/errors.h"

namespace orchestrator_exporter::pipeline {

namespace {

using configuration::checked;
using configuration::choiceKey;
using configuration::Faults;
using configuration::integerKey;
using configuration::Key;
using configuration::listKey;
using configuration::mapKey;
using configuration::namedKey;
using configuration::numberKey;
using configuration::pathKey;
using configuration::required;
using configuration::switchKey;
using configuration::textKey;
using configuration::Value;

constexpr std::array<const char*, 6> kKinds = {"filter", "relabel_configs", "transform",
                                               "enrich", "validate",        "normalize"};

using Labels = std::vector<std::pair<std::string, std::string>>;

Labels labelsOfFile(const std::string& file) {
  Labels labels;
  if (file.empty()) return labels;
  for (const http::YamlValue& entry : http::YamlValue::ofFile(file).entries()) {
    labels.emplace_back(entry.key(), entry.text());
  }
  return labels;
}

void checkLabelNames(const Labels& labels, const Value& enrich, Faults& faults) {
  for (const auto& [name, value] : labels) {
    if (!name.empty() && name != "__name__") continue;
    faults.add(enrich.place(), "expected names of labels, got '" + name + "'");
  }
}

void checkEnrich(const Value& enrich, Faults& faults) {
  checkLabelNames(enrich["labels"].pairs(), enrich, faults);
}

void checkEnrichWithFile(const Value& enrich, Faults& faults) {
  checkEnrich(enrich, faults);
  try {
    checkLabelNames(labelsOfFile(enrich["from_file"].text()), enrich, faults);
  } catch (const ParseError& error) {
    faults.add(enrich["from_file"].place(), error.what());
  }
}

Key enrichKey(EnrichedBy enriched) {
  std::vector<Key> keys = {namedKey("labels", textKey("", "", ""), "Labels, by name.")};
  if (enriched == EnrichedBy::kLabelsAndFiles) {
    keys.push_back(pathKey("from_file", "", "A YAML file with more of them."));
  }
  return checked(mapKey("enrich", std::move(keys), "Labels for series that do not have them."),
                 enriched == EnrichedBy::kLabelsAndFiles ? checkEnrichWithFile : checkEnrich);
}

void checkNormalize(const Value& normalize, Faults& faults) {
  try {
    conversionOf(normalize["from"].text(), normalize["to"].text());
  } catch (const std::invalid_argument& error) {
    faults.add(normalize.place(), error.what());
  }
}

void checkValidate(const Value& validate, Faults& faults) {
  if (!validate["min"].has() || !validate["max"].has()) return;
  if (validate["min"].number() > validate["max"].number()) {
    faults.add(validate["min"].place(), "min is larger than max");
  }
}

Key validateKey() {
  return checked(
      mapKey("validate",
             {numberKey("min", "", {}, "The least value."),
              numberKey("max", "", {}, "The largest value."),
              choiceKey("on_violation", "drop", {"drop", "clamp", "flag"},
                        "What becomes of a value beyond them: flag keeps and counts it."),
              choiceKey("outliers", "", {"mad", "iqr", "zscore"},
                        "How values are found that are unusual for their series, by the trailing "
                        "hour."),
              choiceKey("on_outlier", "flag", {"drop", "clamp", "flag"}, "What becomes of those.")},
             "Values that make sense."),
      checkValidate);
}

void checkProcessor(const Value& processor, Faults& faults) {
  const auto given = std::count_if(kKinds.begin(), kKinds.end(),
                                   [&](const char* kind) { return processor[kind].given(); });
  if (given == 1) return;
  faults.add(processor.place(),
             "expected one of filter, relabel_configs, transform, enrich, validate and normalize");
}

Reaction reactionOf(const std::string& word) {
  if (word == "drop") return Reaction::kDrop;
  return word == "clamp" ? Reaction::kClamp : Reaction::kFlag;
}

OutlierMethod methodOf(const std::string& word) {
  if (word == "mad") return OutlierMethod::kMad;
  if (word == "iqr") return OutlierMethod::kIqr;
  return word == "zscore" ? OutlierMethod::kZScore : OutlierMethod::kNone;
}

Labels labelsOf(const Value& enrich, EnrichedBy enriched) {
  Labels labels = enrich["labels"].pairs();
  if (enriched == EnrichedBy::kLabels) return labels;
  for (auto& label : labelsOfFile(enrich["from_file"].text())) labels.push_back(std::move(label));
  return labels;
}

StepSettings stepOf(const Value& processor, EnrichedBy enriched) {
  StepSettings step{.name = processor["name"].text(),
                    .match = matchesOf(processor["match"]),
                    .isInverted = processor["filter"].text() == "keep",
                    .onExposition = processor["exposition"].enabled(),
                    .make = makeDrop};
  if (processor["relabel_configs"].given()) {
    step.make = [rules = configuration::relabelRules(processor["relabel_configs"])] {
      return makeRelabel(rules);
    };
  } else if (const Value& transform = processor["transform"]; transform.given()) {
    TransformSettings settings{transform["multiply"].number(), transform["add"].number(), {}};
    if (transform["round"].has()) settings.round = static_cast<int>(transform["round"].integer());
    step.make = [settings] { return makeTransform(settings); };
  } else if (processor["enrich"].given()) {
    step.make = [labels = labelsOf(processor["enrich"], enriched)] { return makeEnrich(labels); };
  } else if (const Value& validate = processor["validate"]; validate.given()) {
    const ValidateSettings settings{.min = numberOf(validate["min"]),
                                    .max = numberOf(validate["max"]),
                                    .onViolation = reactionOf(validate["on_violation"].text()),
                                    .outliers = methodOf(validate["outliers"].text()),
                                    .onOutlier = reactionOf(validate["on_outlier"].text())};
    step.make = [settings] { return makeValidate(settings); };
  } else if (const Value& normalize = processor["normalize"]; normalize.given()) {
    step.make = [from = normalize["from"].text(), to = normalize["to"].text(),
                 rename = normalize["rename"].text()] { return makeNormalize(from, to, rename); };
  }
  return step;
}

}  // namespace

Key processorsKey(EnrichedBy enriched) {
  const Key one =
      mapKey("",
             {required(textKey("name", "", "How it is called in figures.")), matchKey(),
              switchKey("exposition", false, "Whether it works on /metrics too."),
              choiceKey("filter", "", {"drop", "keep"},
                        "Drop these series, or keep these and drop all others."),
              configuration::relabellingKey("relabel_configs",
                                            "What becomes of labels, and which series go on."),
              mapKey("transform",
                     {numberKey("multiply", "1", {}, "What values are multiplied by."),
                      numberKey("add", "0", {}, "What is added then."),
                      integerKey("round", "", {-15, 15}, "Digits behind the point to round to.")},
                     "Other values."),
              enrichKey(enriched), validateKey(),
              checked(mapKey("normalize",
                             {required(textKey("from", "", "The unit of the values.")),
                              required(textKey("to", "", "The unit that they are to have.")),
                              textKey("rename", "", "The name from then on.")},
                             "Other units."),
                      checkNormalize)},
             "");
  return checked(listKey("processors", checked(one, checkProcessor),
                         "What samples go through, one after the other, before history, rules and "
                         "remote_write."),
                 checkUnique);
}

std::vector<StepSettings> stepsOf(const Value& list, EnrichedBy enriched) {
  std::vector<StepSettings> steps;
  for (const Value& entry : list.elements()) steps.push_back(stepOf(entry, enriched));
  return steps;
}

}  // namespace orchestrator_exporter::pipeline
