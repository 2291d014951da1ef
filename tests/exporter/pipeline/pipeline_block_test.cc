#include "exporter/pipeline/pipeline_block.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "exporter/configuration/configuration_file.h"
#include "exporter/pipeline/signal_list.h"
#include "exporter/reloads.h"
#include "tests/support/temporary_directory.h"

namespace orchestrator_exporter::pipeline {
namespace {

using configuration::Configuration;
using configuration::ConfigurationError;
using orchestrator_exporter::test::TemporaryDirectory;

// The files of a text are read again when its plan is made.
Configuration configurationOf(const std::string& text) {
  static const TemporaryDirectory directory;
  std::ofstream(directory.path() / "labels.yml") << "zone: a\nrack: '7'\n";
  const std::string path = directory.path() / "config.yml";
  std::ofstream(path) << text;
  return Configuration::ofFile(path, {pipelineBlock()});
}

// `line:column: text` of each fault.
std::string faultsOf(const std::string& text) {
  try {
    configurationOf(text);
    return "none";
  } catch (const ConfigurationError& error) {
    std::string all;
    for (const std::string& line : error.lines()) {
      all += (all.empty() ? "" : "\n") + line.substr(line.find("config.yml:") + 11);
    }
    return all;
  }
}

std::vector<std::string> seriesAfter(const std::string& text, PassingSample sample) {
  Chain chain(planOf(configurationOf(text))->steps);
  const std::string reason(chain.pass(sample, {}));
  std::vector<std::string> told = {reason};
  for (const auto& [name, value] : sample.labels) told.push_back(name + "=" + value);
  return told;
}

TEST(PipelineBlock, IsNothingIfItIsNotGiven) {
  EXPECT_FALSE(planOf(configurationOf("")));
  EXPECT_EQ(pipelineRuleFile(configurationOf("")), "");
}

TEST(PipelineBlock, MakesProcessorsOfEachKind) {
  const std::string text = R"(
pipeline:
  processors:
    - {name: veth, match: ['node_network_.*{device=~"veth.*"}'], filter: drop}
    - name: labels
      match: ['.*']
      relabel_configs: [{source_labels: [instance], regex: '(.+):\d+', target_label: host, replacement: '$1'}]
    - {name: where, match: ['.*'], enrich: {labels: {env: prod}, from_file: labels.yml}}
)";
  EXPECT_EQ(seriesAfter(text, {LabelSet{{"__name__", "up"}, {"instance", "box:9100"}}, 1}),
            (std::vector<std::string>{"", "__name__=up", "env=prod", "host=box",
                                      "instance=box:9100", "rack=7", "zone=a"}));
  EXPECT_EQ(seriesAfter(text, {LabelSet{{"__name__", "node_network_up"}, {"device", "veth1"}}, 1})
                .front(),
            "filter");
}

TEST(PipelineBlock, ChangesValues) {
  Chain chain(planOf(configurationOf(R"(
pipeline:
  processors:
    - {name: ms, match: [old_ms], normalize: {from: milliseconds, to: seconds, rename: new_seconds}}
    - {name: scale, match: [new_seconds], transform: {multiply: 10, add: 1, round: 1}}
    - {name: sane, match: [new_seconds], validate: {min: 0, max: 60, on_violation: clamp}}
)"))
                  ->steps);
  PassingSample sample{LabelSet{{"__name__", "old_ms"}}, 123};
  EXPECT_EQ(chain.pass(sample, {}), "");
  EXPECT_EQ(sample.labels.get("__name__"), "new_seconds");
  EXPECT_EQ(sample.value, 2.2);
  PassingSample large{LabelSet{{"__name__", "old_ms"}}, 1e6};
  chain.pass(large, {});
  EXPECT_EQ(large.value, 60);
}

TEST(PipelineBlock, ReadsSamplingAndCollectors) {
  const auto plan = *planOf(configurationOf(R"(
pipeline:
  collectors: [{name: host, category: infrastructure, match: ['node_.*']}]
  sampling:
    - {match: ['db_.*'], uniform: 0.1}
    - {match: ['http_.*'], adaptive: {target_per_second: 50}, reservoir: 1024}
    - {match: ['page_.*'], interval: 1s}
)"));
  EXPECT_EQ(plan.collectorOf(LabelSet{{"__name__", "node_load1"}})->category, "infrastructure");
  EXPECT_EQ(plan.collectorOf(LabelSet{{"__name__", "up"}}), nullptr);
  EXPECT_EQ(plan.sampling[0].settings.uniform, 0.1);
  EXPECT_EQ(plan.sampling[1].settings.targetPerSecond, 50);
  EXPECT_EQ(plan.sampling[1].settings.reservoir, 1024U);
  EXPECT_EQ(plan.sampling[2].settings.interval, std::chrono::seconds(1));
}

TEST(PipelineBlock, MakesRulesOfAggregators) {
  EXPECT_EQ(pipelineRuleFile(configurationOf(R"(
pipeline:
  aggregators:
    - {match: browser_page_load_seconds, window: 1m, functions: [p95], group_by: [page]}
)")),
            "groups:\n  - name: pipeline\n    rules:\n"
            "      - record: 'page:browser_page_load_seconds:p95_1m'\n"
            "        expr: 'histogram_quantile(0.95, sum by (le, page) "
            "(increase(browser_page_load_seconds_bucket[1m])))'\n");
}

TEST(PipelineBlock, ReadsIntervals) {
  const auto plan = *planOf(configurationOf(R"(
pipeline:
  collectors: [{name: disks, match: ['node_disk_.*'], interval: 1m}, {name: rest, match: ['.*']}]
  quality: {report_interval: 5m}
)"));
  EXPECT_EQ(plan.collectors[0].interval, std::chrono::minutes(1));
  EXPECT_FALSE(plan.collectors[1].interval);
  EXPECT_EQ(plan.reportInterval, std::chrono::minutes(5));
}

TEST(PipelineBlock, ReadsSignals) {
  const auto signals = signalsOf(configurationOf(R"(
pipeline:
  signals: [{name: queue, expr: 'sum(process_queue_depth)', unit: messages, better: lower, least_change: 20}]
)"));
  ASSERT_EQ(signals.size(), 1U);
  EXPECT_EQ(signals[0].name, "queue");
  EXPECT_EQ(signals[0].expression, "sum(process_queue_depth)");
  EXPECT_EQ(signals[0].unit, "messages");
  EXPECT_EQ(signals[0].better, analysis::Better::kLower);
  EXPECT_EQ(signals[0].leastChange, 20);
  EXPECT_TRUE(signalsOf(configurationOf("")).empty());
}

TEST(PipelineBlock, HasUsualRanges) {
  EXPECT_EQ(planOf(configurationOf("pipeline: {defaults: true}\n"))->ranges.size(), 3U);
  EXPECT_TRUE(planOf(configurationOf("pipeline: {defaults: false}\n"))->ranges.empty());
}

// A pipeline that comes over the network reads no file of this host.
TEST(PipelineBlock, IsSmallerForASession) {
  const Plan plan = sessionPlanOf(R"({"pipeline": {
    "collectors": [{"name": "host", "match": ["node_.*"]}],
    "processors": [{"name": "where", "match": [".*"], "enrich": {"labels": {"env": "prod"}}}]}})");
  EXPECT_EQ(plan.collectors.size(), 1U);
  EXPECT_EQ(plan.steps.size(), 1U);
  const auto said = [](const std::string& text) -> std::string {
    try {
      sessionPlanOf("pipeline:\n  " + text);
      return "none";
    } catch (const ConfigurationError& error) {
      return error.lines().front();
    }
  };
  EXPECT_EQ(said("collectors: []"), "none");
  EXPECT_EQ(said("processors: [{name: a, match: [a], enrich: {from_file: /etc/shadow}}]"),
            "pipeline:2:47: unknown key 'from_file', known are labels");
  EXPECT_EQ(said("collectors: [{name: a, match: [a], interval: 1m}]"),
            "pipeline:2:38: unknown key 'interval', known are name, category, match");
  EXPECT_TRUE(said("aggregators: []").starts_with("pipeline:2:3: unknown key 'aggregators'"));
}

TEST(PipelineBlock, RefusesATextThatIsNestedDeeply) {
  EXPECT_THROW(sessionPlanOf(std::string(100'000, '[')), ConfigurationError);
}

TEST(PipelineBlock, HasUsualAggregators) {
  const std::string rules = pipelineRuleFile(configurationOf("pipeline: {defaults: true}\n"));
  for (const char* name : {"'page_browser:browser_page_load_seconds:p99_1m'",
                           "'page:browser_first_contentful_paint_seconds:p95_5m'",
                           "'page:browser_cumulative_layout_shift:max_5m'",
                           "'method_route_status:http_request_duration_seconds:p99_1m'",
                           "'operation_table:db_query_duration_seconds:count_1m'",
                           "'instance:cpu_utilization_ratio:max_1m'",
                           "'instance_type:memory_utilization_ratio:mean_1m'"}) {
    EXPECT_NE(rules.find(name), std::string::npos) << name << "\n" << rules;
  }
}

// A broken file: what stands below `pipeline:`, and the place and text of what is said of it.
struct Broken {
  const char* text;
  const char* said;
};

constexpr const char* kOneKind =
    "3:7: expected one of filter, relabel_configs, transform, enrich, validate and normalize";

const Broken kBroken[] = {
    // Keys.
    {"  processor: []\n", "2:3: unknown key 'processor', did you mean 'processors'?"},
    {"  agregators: []\n", "2:3: unknown key 'agregators', did you mean 'aggregators'?"},
    {"  processors:\n    - {name: a, match: [a], filtr: drop}\n",
     "3:29: unknown key 'filtr', did you mean 'filter'?"},
    {"  processors:\n    - {nam: a, match: [a], filter: drop}\n",
     "3:7: pipeline.processors[0]: needs the key 'name'\n3:8: unknown key 'nam', did you mean "
     "'name'?"},
    {"  processors:\n    - {match: [a], filter: drop}\n",
     "3:7: pipeline.processors[0]: needs the key 'name'"},
    {"  processors:\n    - {name: a, filter: drop}\n",
     "3:7: pipeline.processors[0]: needs the key 'match'"},
    {"  processors:\n    - {name: a, match: [a], filter: drop, filter: keep}\n",
     "3:43: duplicate key 'filter'"},
    {"  processors:\n    - {name: a, match: [a], transform: {divide: 2}}\n",
     "3:41: unknown key 'divide', known are multiply, add, round"},
    {"  processors:\n    - {name: a, match: [a], validate: {minimum: 2}}\n",
     "3:40: unknown key 'minimum', known are min, max, on_violation, outliers, on_outlier"},
    {"  processors:\n    - {name: a, match: [a], normalize: {from: seconds}}\n",
     "3:40: pipeline.processors[0].normalize: needs the key 'to'"},
    {"  collectors: [{name: a}]\n", "2:16: pipeline.collectors[0]: needs the key 'match'"},
    {"  sampling: [{uniform: 0.5}]\n", "2:14: pipeline.sampling[0]: needs the key 'match'"},
    {"  aggregators: [{functions: [sum]}]\n",
     "2:17: pipeline.aggregators[0]: needs the key 'match'"},
    // Kinds of values.
    {"  processors: drop\n",
     "2:15: pipeline.processors: expected a list, as in [a, b], got a text"},
    {"  processors: {name: a}\n",
     "2:15: pipeline.processors: expected a list, as in [a, b], got keys and values"},
    {"  processors: [a]\n", "2:16: pipeline.processors[0]: expected keys and values, got a text"},
    {"  processors:\n    - {name: a, match: a, filter: drop}\n",
     "3:24: pipeline.processors[0].match: expected a list, as in [a, b], got a text"},
    {"  processors:\n    - {name: [a], match: [a], filter: drop}\n",
     "3:7: pipeline.processors[0]: needs the key 'name'\n3:14: pipeline.processors[0].name: "
     "expected a text, got a list"},
    {"  processors:\n    - {name: a, match: [a], filter: delete}\n",
     "3:37: pipeline.processors[0].filter: expected drop or keep, got 'delete'"},
    {"  processors:\n    - {name: a, match: [a], filter: drop, exposition: maybe}\n",
     "3:55: pipeline.processors[0].exposition: expected true or false, got 'maybe'"},
    {"  processors:\n    - {name: a, match: [a], transform: {multiply: two}}\n",
     "3:51: pipeline.processors[0].transform.multiply: expected a number, got 'two'"},
    {"  processors:\n    - {name: a, match: [a], transform: {round: 1.5}}\n",
     "3:48: pipeline.processors[0].transform.round: expected a whole number, from -15 to 15, got "
     "'1.5'"},
    {"  processors:\n    - {name: a, match: [a], transform: {round: 16}}\n",
     "3:48: pipeline.processors[0].transform.round: expected a whole number, from -15 to 15, got "
     "'16'"},
    {"  processors:\n    - {name: a, match: [a], validate: {min: low}}\n",
     "3:45: pipeline.processors[0].validate.min: expected a number, got 'low'"},
    {"  processors:\n    - {name: a, match: [a], validate: {on_violation: keep}}\n",
     "3:54: pipeline.processors[0].validate.on_violation: expected drop, clamp or flag, got "
     "'keep'"},
    {"  processors:\n    - {name: a, match: [a], validate: {outliers: median}}\n",
     "3:50: pipeline.processors[0].validate.outliers: expected mad, iqr or zscore, got 'median'"},
    {"  collectors: [{name: a, match: [a], category: web}]\n",
     "2:48: pipeline.collectors[0].category: expected frontend, backend, infrastructure, network, "
     "database or custom, got 'web'"},
    {"  sampling: [{match: [a], uniform: 1.5}]\n",
     "2:36: pipeline.sampling[0].uniform: expected a number, from 1e-09 to 1, got '1.5'"},
    {"  sampling: [{match: [a], uniform: 0}]\n",
     "2:36: pipeline.sampling[0].uniform: expected a number, from 1e-09 to 1, got '0'"},
    {"  sampling: [{match: [a], interval: 10ms}]\n",
     "2:37: pipeline.sampling[0].interval: expected a duration such as 15s or 1h30m, from 1s to "
     "1d, got '10ms'"},
    {"  sampling: [{match: [a], interval: soon}]\n",
     "2:37: pipeline.sampling[0].interval: expected a duration such as 15s or 1h30m, from 1s to "
     "1d, got 'soon'"},
    {"  sampling: [{match: [a], reservoir: 0}]\n",
     "2:38: pipeline.sampling[0].reservoir: expected a whole number, from 1 to 1000000, got '0'"},
    {"  sampling: [{match: [a], adaptive: 100}]\n",
     "2:37: pipeline.sampling[0].adaptive: expected keys and values, got a text"},
    {"  aggregators: [{match: a, window: 0s, functions: [sum]}]\n",
     "2:36: pipeline.aggregators[0].window: expected a duration such as 15s or 1h30m, from 1s to "
     "1d, got '0s'"},
    // What does not belong together.
    {"  processors:\n    - {name: a, match: [a]}\n", kOneKind},
    {"  processors:\n    - {name: a, match: [a], filter: drop, transform: {add: 1}}\n", kOneKind},
    {"  processors:\n    - {name: a, match: [a], filter: drop}\n    - {name: a, match: [b], "
     "filter: drop}\n",
     "4:14: the name 'a' is there twice"},
    {"  collectors: [{name: a, match: [a]}, {name: a, match: [b]}]\n",
     "2:46: the name 'a' is there twice"},
    {"  processors:\n    - {name: a, match: [a], validate: {min: 2, max: 1}}\n",
     "3:45: min is larger than max"},
    {"  sampling: [{match: [a]}]\n", "2:14: expected uniform, interval, adaptive or reservoir"},
    // Expressions, units, names.
    {"  processors:\n    - {name: a, match: ['('], filter: drop}\n", "3:25: missing ): ("},
    {"  processors:\n    - {name: a, match: ['up{x=}'], filter: drop}\n", "3:25: expected"},
    {"  processors:\n    - {name: a, match: ['up{x=\"y\"'], filter: drop}\n", "3:25: expected"},
    {"  processors:\n    - {name: a, match: [a], relabel_configs: [{regex: '('}]}\n", "3:47: "},
    {"  processors:\n    - {name: a, match: [a], relabel_configs: [{action: erase}]}\n",
     "3:47: unknown action 'erase'"},
    {"  processors:\n    - {name: a, match: [a], relabel_configs: [{action: hashmod}]}\n",
     "3:47: "},
    {"  processors:\n    - {name: a, match: [a], normalize: {from: seconds, to: bytes}}\n",
     "3:40: 'seconds' and 'bytes' measure different things"},
    {"  processors:\n    - {name: a, match: [a], normalize: {from: fortnights, to: days}}\n",
     "3:40: unknown unit 'fortnights'"},
    {"  processors:\n    - {name: a, match: [a], enrich: {labels: {__name__: x}}}\n",
     "3:37: expected names of labels, got '__name__'"},
    {"  processors:\n    - {name: a, match: [a], enrich: {from_file: none.yml}}\n", "3:49: "},
    {"  aggregators: [{match: 'a.*', functions: [sum]}]\n",
     "2:25: expected the name of a metric, got 'a.*'"},
    {"  aggregators: [{match: a}]\n", "2:17: needs the key 'functions'"},
    {"  aggregators: [{match: a, functions: [median]}]\n",
     "2:40: expected count, sum, mean, min, max or a percentile such as p95, got 'median'"},
    {"  aggregators: [{match: a, functions: [p100]}]\n",
     "2:40: expected count, sum, mean, min, max or a percentile such as p95, got 'p100'"},
    {"  aggregators: [{match: a_seconds, functions: [min]}]\n",
     "2:47: a histogram such as a_seconds has no min"},
    {"  aggregators: [{match: a, functions: [sum], group_by: ['a-b']}]\n",
     "2:57: expected the name of a label, got 'a-b'"},
    // Intervals and signals.
    {"  collectors: [{name: a, match: [a], interval: 10m}]\n",
     "2:48: pipeline.collectors[0].interval: expected a duration such as 15s or 1h30m, from 1s to "
     "5m, got '10m'"},
    {"  signals: [{name: a}]\n", "2:13: pipeline.signals[0]: needs the key 'expr'"},
    {"  signals: [{name: a, expr: 'sum('}]\n", "2:29: "},
    {"  signals: [{name: a, expr: x, better: less}]\n",
     "2:40: pipeline.signals[0].better: expected none, lower or higher, got 'less'"},
    {"  signals: [{name: a, expr: x, least_change: -1}]\n",
     "2:46: pipeline.signals[0].least_change: "},
    {"  signals: [{name: system.cpuUsage, expr: x}]\n",
     "2:20: there is a signal 'system.cpuUsage' already"},
    {"  signals: [{name: a, expr: x}, {name: a, expr: y}]\n", "2:40: the name 'a' is there twice"},
    {"  quality: {report_interval: 0s}\n", "2:30: pipeline.quality.report_interval: "},
    {"  quality: {missing: fill}\n",
     "2:22: pipeline.quality.missing: expected discard, interpolate or zero-fill, got 'fill'"},
    {"  quality: {max_gap: 0}\n", "2:22: pipeline.quality.max_gap: "},
    {"  retention: [{raw: 1d}]\n", "2:15: pipeline.retention[0]: needs the key 'match'"},
    {"  retention: [{match: [a], 5m: 1h}]\n", "2:32: pipeline.retention[0].5m: "},
    {"  retention: [{match: [a], 10m: 1d}]\n", "2:28: unknown key '10m'"},
    {"  processors:\n    - {name: a, match: [a], relabel_configs: [{action: hashmod, "
     "target_label: a, modulus: 18446744073709551616}]}\n",
     "3:91: expected a whole number, from 1 to 2^64 - 1, got '18446744073709551616'"},
    // YAML itself.
    {"  processors: [\n", "3:1: "},
    {"  processors:\n   - {name: a\n", "4:1: "},
    {"\tprocessors: []\n", "2:12: "},
};

TEST(PipelineBlock, RefusesBrokenFilesWithPlaceAndExpectation) {
  static_assert(std::size(kBroken) >= 50);
  for (const Broken& broken : kBroken) {
    const std::string said = faultsOf("pipeline:\n" + std::string(broken.text));
    EXPECT_TRUE(said.starts_with(broken.said))
        << broken.text << "expected: " << broken.said << "\nsaid:     " << said;
  }
}

TEST(PipelineBlock, StaysAsItWasIfAReloadFindsAFault) {
  const TemporaryDirectory directory;
  const std::string path = directory.path() / "config.yml";
  const auto write = [&](const std::string& text) { std::ofstream(path) << text; };
  const Log nowhere = [](LogLevel, std::string_view) {};
  write("pipeline:\n  collectors: [{name: host, match: ['node_.*']}]\n");
  configuration::ConfigurationFile file(path, nowhere);
  int swapped = 0;
  file.follow([&](const Configuration&) { return [&swapped] { ++swapped; }; });
  Reloads reloads(nowhere);
  reloads.add([&] { return file.prepare(); });
  for (const Broken& broken : kBroken) {
    write("pipeline:\n" + std::string(broken.text));
    EXPECT_TRUE(reloads.reload()) << broken.text;
  }
  EXPECT_EQ(swapped, 0);
  EXPECT_EQ(planOf(*file.current())->collectors.at(0).name, "host");
  write("pipeline:\n  collectors: [{name: other, match: ['node_.*']}]\n");
  EXPECT_FALSE(reloads.reload());
  EXPECT_EQ(planOf(*file.current())->collectors.at(0).name, "other");
}

}  // namespace
}  // namespace orchestrator_exporter::pipeline
