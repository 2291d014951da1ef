#include "exporter/notifications/alertmanager_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "exporter/configuration/configuration.h"
#include "exporter/notifications/threshold_rules.h"
#include "tests/support/paths.h"
#include "tests/support/temporary_directory.h"

namespace orchestrator_exporter::alertmanager {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

const test::TemporaryDirectory& folder() {
  static const test::TemporaryDirectory directory;
  return directory;
}

File read(const std::string& content, const FileOptions& options = {}) {
  folder().replace("am.yml", content);
  return readFile(folder().path() / "am.yml", options);
}

// What is wrong with a file, without its path.
std::vector<std::string> faultsOf(const std::string& content) {
  try {
    read(content);
  } catch (const configuration::ConfigurationError& error) {
    std::vector<std::string> lines;
    const std::size_t path = (folder().path() / "am.yml").string().size() + 1;
    for (const std::string& line : error.lines()) lines.push_back(line.substr(path));
    return lines;
  }
  return {};
}

const std::string kReceivers = R"(
receivers:
  - {name: a, webhook_configs: [{url: 'http://127.0.0.1:1/x'}]}
  - {name: b}
)";

TEST(AlertmanagerFile, TheOneOfTheRepositoryIsTaken) {
  const File file = readFile(test::sourceRoot() / "dashboards/alertmanager/alertmanager.yml", {});
  EXPECT_EQ(file.plan->root.receiver, "hosts");
  EXPECT_EQ(file.channels.at("email").size(), 1U);
  EXPECT_EQ(file.plan->inhibitRules.size(), 3U);
}

TEST(AlertmanagerFile, RoutesHaveAlertmanagersDefaultsAndInheritTheirs) {
  const File file = read(
      "route: {receiver: a, group_by: [x], group_wait: 1m, routes: [{matchers: "
      "[s=1], match_re: {t: 'u|v'}, continue: true}]}" +
      kReceivers);
  const notifications::Route& root = file.plan->root;
  EXPECT_EQ(root.groupInterval, std::chrono::minutes(5));
  EXPECT_EQ(root.repeatInterval, std::chrono::hours(4));
  const notifications::Route& child = root.children.at(0);
  EXPECT_EQ(child.receiver, "a");
  EXPECT_EQ(child.groupWait, std::chrono::minutes(1));
  EXPECT_THAT(child.groupBy, ElementsAre("x"));
  EXPECT_TRUE(child.continues);
  EXPECT_EQ(child.key, R"({}/{s="1",t=~"^(?:u|v)$"})");
}

TEST(AlertmanagerFile, AReceiverNamedConsolePrints) {
  const File file = read("route: {receiver: console}\nreceivers: [{name: console}]\n");
  EXPECT_EQ(file.plan->receivers.at(0).integrations.at(0).name, "console");
}

TEST(AlertmanagerFile, SecretsAreNotShown) {
  const File file = read("route: {receiver: a}" + kReceivers);
  EXPECT_THAT(file.shown, testing::Not(HasSubstr("127.0.0.1")));
  EXPECT_THAT(file.shown, HasSubstr("<secret>"));
}

TEST(AlertmanagerFile, OtherProductsReceiversAreFaultsUnlessIgnored) {
  const std::string content =
      "route: {receiver: a}\nreceivers:\n  - name: a\n    pagerduty_configs: [{routing_key: x}]\n";
  EXPECT_THAT(faultsOf(content),
              ElementsAre(StartsWith("4:5: pagerduty_configs: is not supported")));
  EXPECT_EQ(read(content, {.ignoreUnsupported = true}).channels.at("a").size(), 0U);
}

TEST(AlertmanagerFile, EverythingThatIsWrongIsToldWithItsPlace) {
  EXPECT_THAT(faultsOf("rout: {receiver: a}\n"),
              testing::Contains("1:1: unknown key 'rout', did you mean 'route'?"));
  EXPECT_THAT(faultsOf("route: {receiver: aa}" + kReceivers),
              ElementsAre("1:19: unknown receiver 'aa', did you mean 'a'?"));
  EXPECT_THAT(faultsOf("route: {matchers: [a=b]}" + kReceivers),
              ElementsAre("1:8: route: the root needs a receiver",
                          "1:19: route: the root takes all, without matchers"));
  EXPECT_THAT(faultsOf("route: {receiver: a, routes: [{matchers: ['a=~(']}]}" + kReceivers),
              ElementsAre(HasSubstr("bad regular expression")));
  EXPECT_THAT(faultsOf("route: {receiver: a, routes: [{mute_time_intervals: [x]}]}" + kReceivers),
              ElementsAre("1:54: unknown time interval 'x'"));
  EXPECT_THAT(faultsOf("route: {receiver: a, group_wait: soon}" + kReceivers),
              ElementsAre(HasSubstr("1:34: ")));
  EXPECT_THAT(faultsOf("route: {receiver: a}\nreceivers: [{name: a}, {name: a}]\n"),
              ElementsAre("2:31: receiver 'a' is there twice"));
}

TEST(AlertmanagerFile, AWebhookNeedsOneUrl) {
  const auto faults = [](const std::string& config) {
    return faultsOf("route: {receiver: a}\nreceivers: [{name: a, webhook_configs: [" + config +
                    "]}]\n");
  };
  EXPECT_THAT(faults("{send_resolved: true}"),
              ElementsAre(HasSubstr("needs one of url and url_file")));
  EXPECT_THAT(faults("{url: 'http://h', url_file: f}"), ElementsAre(HasSubstr("at most one of")));
  EXPECT_THAT(faults("{url: 'nowhere'}"), ElementsAre(HasSubstr("expected a URL")));
  EXPECT_THAT(faults("{url: ['http://h']}"), ElementsAre(HasSubstr("expected a text")));
}

TEST(AlertmanagerFile, PiecesOfIntervalsAreChecked) {
  const auto faults = [](const std::string& piece) {
    return faultsOf("route: {receiver: a}\ntime_intervals: [{name: t, time_intervals: [" + piece +
                    "]}]" + kReceivers);
  };
  EXPECT_THAT(faults("{weekdays: ['monday:friday'], times: [{start_time: 09:00, end_time: 24:00}], "
                     "location: Europe/Berlin}"),
              testing::IsEmpty());
  EXPECT_THAT(faults("{weekdays: [mon]}"), ElementsAre(HasSubstr("expected weekdays")));
  EXPECT_THAT(faults("{location: Europe/Nowhere}"), ElementsAre(HasSubstr("unknown time zone")));
  EXPECT_THAT(faults("{times: [{start_time: '10:00', end_time: '09:00'}]}"),
              ElementsAre(HasSubstr("start_time is not before end_time")));
}

TEST(AlertmanagerFile, ARepeatThatIsTooShortIsWarnedOf) {
  const File file = read("route: {receiver: a, repeat_interval: 1m}" + kReceivers);
  EXPECT_THAT(file.warnings, testing::Contains(HasSubstr("line 1: repeat_interval is shorter")));
}

// The rules of a configuration with such a block.
std::string rulesOf(const std::string& blocks) {
  folder().replace("exporter.yml", blocks);
  return thresholdRuleFile(configuration::Configuration::ofFile(folder().path() / "exporter.yml",
                                                                configuration::declaredBlocks()));
}

TEST(Thresholds, BecomeTwoRules) {
  EXPECT_EQ(rulesOf("thresholds: [{metric: demo, warning: 70, critical: 90, unit: '%', "
                    "description: Demo, for: 5m}]\n"),
            R"(groups:
  - name: thresholds
    rules:
      - alert: Demo
        expr: "(demo) > 70"
        for: 5m
        labels:
          severity: "warning"
          component: "host"
          metric: "demo"
          unit: "%"
        annotations:
          summary: "Demo is {{ printf \"%.4g\" $value }}%, above 70%"
          description: "Demo"
      - alert: Demo
        expr: "(demo) > 90"
        for: 5m
        labels:
          severity: "critical"
          component: "host"
          metric: "demo"
          unit: "%"
        annotations:
          summary: "Demo is {{ printf \"%.4g\" $value }}%, above 90%"
          description: "Demo"
)");
}

TEST(Thresholds, AliasesStandForTheirExpressions) {
  const std::string rules = rulesOf("thresholds: [{metric: system.cpuUsage, warning: 70}]\n");
  EXPECT_THAT(rules, HasSubstr("alert: SystemCpuUsage"));
  EXPECT_THAT(rules, HasSubstr("node_cpu_seconds_total"));
  EXPECT_THAT(rulesOf("thresholds: [{metric: ui.frameRate, warning: 30}]\n"), HasSubstr(") < 30"));
}

TEST(Thresholds, RulesTakeMillisecondsAndConditions) {
  const std::string rules = rulesOf(
      "threshold_rules: [{id: custom-metric-high, metric: 'm{name=\"q\"}', condition: "
      "greater_or_equal, threshold: 100, duration: 30000, tags: [a, b]}, {id: off, metric: m, "
      "condition: equals, threshold: 1, enabled: false}]\n");
  EXPECT_THAT(rules, HasSubstr("alert: CustomMetricHigh\n        expr: \"(m{name=\\\"q\\\"}) >= "
                               "100\"\n        for: 30s"));
  EXPECT_THAT(rules, HasSubstr("tags: \"a,b\""));
  EXPECT_THAT(rules, testing::Not(HasSubstr("Off")));
}

TEST(Thresholds, AWarningBeyondCriticalIsRefused) {
  EXPECT_THROW(rulesOf("thresholds: [{metric: m, warning: 90, critical: 70}]\n"),
               configuration::ConfigurationError);
  EXPECT_THROW(rulesOf("thresholds: [{metric: ui.frameRate, warning: 20, critical: 30}]\n"),
               configuration::ConfigurationError);
  EXPECT_THROW(rulesOf("thresholds: [{metric: 'no such', warning: 90}]\n"),
               configuration::ConfigurationError);
}

}  // namespace
}  // namespace orchestrator_exporter::alertmanager
