#include "exporter/pipeline/pipeline_block.h"

#include <algorithm>
#include <stdexcept>

#include "exporter/configuration/reader.h"
#include "exporter/pipeline/common_keys.h"
#include "exporter/pipeline/processor_list.h"
#include "exporter/pipeline/quality_keys.h"
#include "exporter/pipeline/retention_list.h"
#include "exporter/pipeline/signal_list.h"
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
using configuration::numberKey;
using configuration::required;
using configuration::switchKey;
using configuration::textKey;
using configuration::Value;

// Whose pipeline it is: what outlasts a session is the process' alone.
enum class Scope : std::uint8_t { kProcess, kSession };

constexpr DurationRange kWindows{std::chrono::seconds(1), std::chrono::hours(24)};
// Queries look for a sample in the last five minutes.
constexpr DurationRange kIntervals{std::chrono::seconds(1), std::chrono::minutes(5)};

Key collectorsKey(Scope scope) {
  std::vector<Key> keys = {
      required(textKey("name", "", "How sessions call it.")),
      choiceKey("category", "custom",
                {"frontend", "backend", "infrastructure", "network", "database", "custom"},
                "What its series are of."),
      matchKey()};
  if (scope == Scope::kProcess) {
    keys.push_back(durationKey("interval", "", kIntervals,
                               "How often it is looked at, as a multiple of "
                               "global.scrape_interval; else each time."));
  }
  return checked(listKey("collectors", mapKey("", std::move(keys), ""),
                         "Series that belong together; the first one that fits has a series."),
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

std::vector<CollectorSettings> collectorsOf(const Value& list, Scope scope) {
  std::vector<CollectorSettings> all;
  for (const Value& entry : list.elements()) {
    CollectorSettings collector{entry["name"].text(), entry["category"].text(),
                                matchesOf(entry["match"])};
    if (scope == Scope::kProcess && entry["interval"].has()) {
      collector.interval = entry["interval"].duration();
    }
    all.push_back(std::move(collector));
  }
  return all;
}

// A text that came over the network, read against a table.
Value valueOf(const std::string& text, const Key& key) {
  Faults faults("pipeline");
  Value value;
  try {
    http::checkUtf8("pipeline", text);
    value = configuration::Reader("", faults).read(key, YAML::Load(text), "");
  } catch (const YAML::Exception& error) {
    faults.add(configuration::placeOf(error.mark), error.msg);
  } catch (const ParseError& error) {
    throw configuration::ConfigurationError({error.what()});
  }
  faults.throwIfAny();
  return value;
}

Key sessionBlock() {
  return mapKey("pipeline", {collectorsKey(Scope::kSession), processorsKey(EnrichedBy::kLabels)},
                "What becomes of samples for one session.");
}

}  // namespace

Key pipelineBlock() {
  return mapKey("pipeline",
                {switchKey("defaults", false,
                           "Aggregators of page loads, paints, layout shifts, requests, queries, "
                           "processors and memory too, and ranges of what browsers measure."),
                 collectorsKey(Scope::kProcess), processorsKey(EnrichedBy::kLabelsAndFiles),
                 samplingKey(), aggregatorsKey(), qualityKey(), retentionKey(), signalsKey()},
                "What becomes of samples between their sources and history, rules and "
                "remote_write. Without it nothing stands between them.");
}

std::optional<Plan> planOf(const configuration::Configuration& configuration) {
  const Value& block = configuration["pipeline"];
  if (!block.given()) return std::nullopt;
  Plan plan;
  plan.collectors = collectorsOf(block["collectors"], Scope::kProcess);
  plan.steps = stepsOf(block["processors"], EnrichedBy::kLabelsAndFiles);
  for (const Value& entry : block["sampling"].elements()) {
    plan.sampling.push_back(samplingOf(entry));
  }
  if (block["defaults"].enabled()) {
    plan.ranges = usualRanges();
    for (SamplingRule& rule : usualSampling()) plan.sampling.push_back(std::move(rule));
  }
  plan.aggregators = allAggregators(block);
  plan.reportInterval = block["quality"]["report_interval"].duration();
  return plan;
}

Plan sessionPlanOf(const std::string& text) {
  const Value root = valueOf(text, mapKey("", {sessionBlock()}, ""));
  const Value& block = root["pipeline"];
  Plan plan;
  plan.collectors = collectorsOf(block["collectors"], Scope::kSession);
  plan.steps = stepsOf(block["processors"], EnrichedBy::kLabels);
  return plan;
}

std::string pipelineRuleFile(const configuration::Configuration& configuration) {
  return aggregatorRules(allAggregators(configuration["pipeline"]));
}

}  // namespace orchestrator_exporter::pipeline
