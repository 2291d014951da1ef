#include "exporter/pipeline/pipeline_block.h"

#include <algorithm>
#include <array>
#include <set>
#include <stdexcept>

#include "exporter/configuration/relabelling.h"
#include "http/security/strict_yaml.h"
#include "metrics/base/errors.h"
#include "metrics/base/names.h"

namespace orchestrator_exporter::pipeline {

namespace {

using configuration::checked;
using configuration::choiceKey;
using configuration::durationKey;
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

constexpr DurationRange kWindows{std::chrono::seconds(1), std::chrono::hours(24)};
constexpr std::array<const char*, 6> kKinds = {"filter", "relabel_configs", "transform",
                                               "enrich", "validate",        "normalize"};

void checkMatch(const Value& text, Faults& faults) {
  try {
    SeriesMatch(text.text());
  } catch (const std::invalid_argument& error) {
    faults.add(text.place(), error.what());
  }
}

Key matchKey() {
  return required(listKey("match", checked(textKey("", "", ""), checkMatch),
                          "Series it is for, of which one must fit: a regular expression of the "
                          "name, with matchers behind it if wanted, or a selector of PromQL."));
}

std::vector<SeriesMatch> matchesOf(const Value& list) {
  std::vector<SeriesMatch> all;
  for (const std::string& text : list.texts()) all.emplace_back(text);
  return all;
}

void checkUnique(const Value& list, Faults& faults) {
  std::set<std::string> names;
  for (const Value& entry : list.elements()) {
    const std::string& name = entry["name"].text();
    if (names.insert(name).second) continue;
    faults.add(entry["name"].place(), "the name '" + name + "' is there twice");
  }
}

Key collectorsKey() {
  return checked(listKey("collectors",
                         mapKey("",
                                {required(textKey("name", "", "How sessions call it.")),
                                 choiceKey("category", "custom",
                                           {"frontend", "backend", "infrastructure", "network",
                                            "database", "custom"},
                                           "What its series are of."),
                                 matchKey()},
                                ""),
                         "Series that belong together; the first one that fits has a series."),
                 checkUnique);
}

std::vector<std::pair<std::string, std::string>> labelsOf(const Value& enrich) {
  auto labels = enrich["labels"].pairs();
  const std::string& file = enrich["from_file"].text();
  if (file.empty()) return labels;
  for (const http::YamlValue& entry : http::YamlValue::ofFile(file).entries()) {
    labels.emplace_back(entry.key(), entry.text());
  }
  return labels;
}

void checkEnrich(const Value& enrich, Faults& faults) {
  try {
    for (const auto& [name, value] : labelsOf(enrich)) {
      if (!name.empty() && name != "__name__") continue;
      faults.add(enrich.place(), "expected names of labels, got '" + name + "'");
    }
  } catch (const ParseError& error) {
    faults.add(enrich["from_file"].place(), error.what());
  }
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

Key processorsKey() {
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
              checked(mapKey("enrich",
                             {namedKey("labels", textKey("", "", ""), "Labels, by name."),
                              pathKey("from_file", "", "A YAML file with more of them.")},
                             "Labels for series that do not have them."),
                      checkEnrich),
              validateKey(),
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

void checkSampling(const Value& sampling, Faults& faults) {
  const bool isAny = sampling["uniform"].given() || sampling["adaptive"].given() ||
                     sampling["interval"].given() || sampling["reservoir"].given();
  if (!isAny) {
    faults.add(sampling.place(), "expected uniform, interval, adaptive or reservoir");
  }
}

Key samplingKey() {
  return listKey(
      "sampling",
      checked(mapKey("",
                     {matchKey(),
                      numberKey("uniform", "", {1e-9, 1}, "The share of observations to record."),
                      durationKey("interval", "", kWindows, "Record the first of each."),
                      mapKey("adaptive",
                             {numberKey("target_per_second", "100", {1e-3, 1e9},
                                        "How many a second are to be recorded.")},
                             "A share that follows the rate."),
                      integerKey("reservoir", "", {1, 1'000'000},
                                 "How many values are kept evenly of all.")},
                     ""),
              checkSampling),
      "Which observations of histograms are recorded.");
}

std::vector<Aggregator> aggregatorsOf(const Value& list) {
  std::vector<Aggregator> all;
  for (const Value& entry : list.elements()) {
    const std::string& metric = entry["match"].text();
    const std::string& type = entry["type"].text();
    all.push_back(
        {.metric = metric,
         .isHistogram = type.empty() ? metric.ends_with("_seconds") : type == "histogram",
         .window = std::chrono::duration_cast<std::chrono::seconds>(entry["window"].duration()),
         .functions = entry["functions"].texts(),
         .groupBy = entry["group_by"].texts()});
  }
  return all;
}

std::vector<Aggregator> allAggregators(const Value& block) {
  std::vector<Aggregator> all =
      block["defaults"].enabled() ? usualAggregators() : std::vector<Aggregator>();
  for (Aggregator& each : aggregatorsOf(block["aggregators"])) all.push_back(std::move(each));
  return all;
}

void checkAggregator(const Value& aggregator, Faults& faults) {
  const std::string& metric = aggregator["match"].text();
  if (!isLegalMetricName(metric)) {
    faults.add(aggregator["match"].place(), "expected the name of a metric, got '" + metric + "'");
    return;
  }
  if (aggregator["functions"].elements().empty()) {
    faults.add(aggregator.place(), "needs the key 'functions'");
  }
  for (const Value& function : aggregator["functions"].elements()) {
    if (!isAggregation(function.text())) {
      faults.add(function.place(),
                 "expected count, sum, mean, min, max or a percentile such as p95, got '" +
                     function.text() + "'");
      return;
    }
  }
  for (const Value& label : aggregator["group_by"].elements()) {
    if (isLegalLabelName(label.text())) continue;
    faults.add(label.place(), "expected the name of a label, got '" + label.text() + "'");
    return;
  }
  Value one;
  one.add(aggregator);
  try {
    aggregatorRules(aggregatorsOf(one));
  } catch (const std::invalid_argument& error) {
    faults.add(aggregator["functions"].place(), error.what());
  }
}

Key aggregatorsKey() {
  return listKey(
      "aggregators",
      checked(mapKey("",
                     {required(textKey("match", "", "The name of a metric.")),
                      choiceKey("type", "", {"histogram", "gauge"},
                                "What it is; else a histogram if its name ends in _seconds."),
                      durationKey("window", "1m", kWindows, "Over how long."),
                      listKey("functions", textKey("", "", ""),
                              "count, sum, mean, min, max, and percentiles such as p95."),
                      listKey("group_by", textKey("", "", ""), "Labels to keep.")},
                     ""),
              checkAggregator),
      "Recording rules of the group `pipeline`.");
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

std::optional<double> numberOf(const Value& value) {
  return value.has() ? std::optional(value.number()) : std::nullopt;
}

StepSettings stepOf(const Value& processor) {
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
    step.make = [labels = labelsOf(processor["enrich"])] { return makeEnrich(labels); };
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

SamplingRule samplingOf(const Value& entry) {
  SamplingRule rule{entry["match"].texts(), matchesOf(entry["match"]), {}};
  rule.settings.uniform = numberOf(entry["uniform"]);
  if (entry["interval"].has()) rule.settings.interval = entry["interval"].duration();
  if (entry["adaptive"].given()) {
    rule.settings.targetPerSecond = entry["adaptive"]["target_per_second"].number();
  }
  if (entry["reservoir"].has()) {
    rule.settings.reservoir = static_cast<std::size_t>(entry["reservoir"].integer());
  }
  return rule;
}

}  // namespace

Key pipelineBlock() {
  return mapKey("pipeline",
                {switchKey("defaults", false,
                           "Aggregators of page loads, paints, layout shifts, requests and "
                           "queries too."),
                 collectorsKey(), processorsKey(), samplingKey(), aggregatorsKey()},
                "What becomes of samples between their sources and history, rules and "
                "remote_write. Without it nothing stands between them.");
}

std::optional<Plan> planOf(const configuration::Configuration& configuration) {
  const Value& block = configuration["pipeline"];
  if (!block.given()) return std::nullopt;
  Plan plan;
  for (const Value& entry : block["collectors"].elements()) {
    plan.collectors.push_back(
        {entry["name"].text(), entry["category"].text(), matchesOf(entry["match"])});
  }
  for (const Value& entry : block["processors"].elements()) plan.steps.push_back(stepOf(entry));
  for (const Value& entry : block["sampling"].elements()) {
    plan.sampling.push_back(samplingOf(entry));
  }
  plan.aggregators = allAggregators(block);
  return plan;
}

std::string pipelineRuleFile(const configuration::Configuration& configuration) {
  return aggregatorRules(allAggregators(configuration["pipeline"]));
}

}  // namespace orchestrator_exporter::pipeline
