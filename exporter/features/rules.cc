#include "http/endpoints/api/rules.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <memory>
#include <set>

#include "exporter/configuration/enabled_features.h"
#include "exporter/configuration/global_block.h"
#include "exporter/configuration/peer.h"
#include "exporter/features/feature.h"
#include "exporter/notifications/center.h"
#include "exporter/notifications/threshold_rules.h"
#include "exporter/pipeline/aggregator_figures.h"
#include "exporter/pipeline/pipeline_block.h"
#include "http/notify/alert_forwarder.h"
#include "metrics/rules/bundled_rules.h"
#include "metrics/rules/file_patterns.h"
#include "metrics/rules/result_writer.h"
#include "metrics/rules/rule_file.h"
#include "metrics/rules/rule_thread.h"

// Rules and alerts over the history: what rule_files say, evaluated here, told to Alertmanagers.

namespace orchestrator_exporter {

namespace {

using configuration::Configuration;
using configuration::Faults;
using configuration::Key;
using configuration::Value;
using std::chrono::milliseconds;

// In the place of a file: the rules that the program brings.
constexpr std::string_view kBundled = "bundled";

bool isBundled(const std::string& path) {
  return std::filesystem::path(path).filename() == kBundled && !std::filesystem::exists(path);
}

// The files of all patterns, each once.
std::vector<std::string> ruleFiles(const Configuration& configuration) {
  std::vector<std::string> files;
  std::set<std::string> known;
  for (const std::string& pattern : configuration["rule_files"].texts()) {
    if (isBundled(pattern) && known.insert(std::string(kBundled)).second) {
      files.emplace_back(kBundled);
    }
    for (const std::string& file : rules::filesMatching(pattern, "")) {
      if (known.insert(file).second) files.push_back(file);
    }
  }
  return files;
}

void checkRuleFiles(const Value& patterns, Faults& faults) {
  for (const Value& pattern : patterns.elements()) {
    for (const std::string& file : rules::filesMatching(pattern.text(), "")) {
      try {
        rules::readRuleFile(file);
      } catch (const rules::RuleFileError& error) {
        for (const std::string& line : error.lines()) faults.add(pattern.place(), line);
      }
    }
  }
}

std::vector<rules::GroupDefinition> groupsOf(const Configuration& configuration,
                                             const promql::ParseOptions& language) {
  std::vector<rules::GroupDefinition> groups;
  const auto add = [&](std::vector<rules::GroupDefinition> more) {
    std::move(more.begin(), more.end(), std::back_inserter(groups));
  };
  for (const std::string& file : ruleFiles(configuration)) {
    if (file != kBundled) {
      add(rules::readRuleFile(file, language));
      continue;
    }
    for (const rules::BundledFile& own : rules::bundledRules()) {
      add(rules::parseRuleFile("bundled/" + std::string(own.name), std::string(own.content),
                               language));
    }
  }
  add(alertmanager::thresholdGroups(configuration));
  if (const std::string rules = pipeline::pipelineRuleFile(configuration); !rules.empty()) {
    add(rules::parseRuleFile(pipeline::kPipelineRules, rules, language));
  }
  return groups;
}

std::vector<http::AlertReceiver> receiversOf(const Configuration& configuration) {
  std::vector<http::AlertReceiver> receivers;
  for (const Value& servers : configuration["alerting"]["alertmanagers"].elements()) {
    http::ClientSettings settings;
    settings.timeout = servers["timeout"].duration();
    settings.followRedirects = false;
    const std::string& prefix = servers["path_prefix"].text();
    for (const Value& group : servers["static_configs"].elements()) {
      for (const std::string& target : group["targets"].texts()) {
        receivers.push_back({servers["scheme"].text() + "://" + target +
                                 (prefix == "/" ? "" : prefix) + "/api/v2/alerts",
                             settings});
      }
    }
  }
  return receivers;
}

std::vector<Key> blocks() {
  using namespace configuration;
  constexpr DurationRange kTimes{std::chrono::milliseconds(1), std::chrono::minutes(10)};
  const Key servers =
      mapKey("",
             {listKey("static_configs",
                      mapKey("",
                             {listKey("targets", textKey("", "", ""), "Servers, as host:port."),
                              namedKey("labels", textKey("", "", ""),
                                       "Taken for files of Prometheus; not used.")},
                             ""),
                      "The servers."),
              choiceKey("scheme", "http", {"http", "https"}, "How they are spoken to."),
              textKey("path_prefix", "/", "What goes before /api/v2/alerts."),
              choiceKey("api_version", "v2", {"v2"}, "The API to use."),
              durationKey("timeout", "10s", kTimes, "How long a request may take.")},
             "");
  std::vector<Key> blocks = {
      checked(listKey("rule_files", pathKey("", "", ""),
                      "Files with rules, as Prometheus takes them; a pattern such as rules/*.yml "
                      "stands for all files that it matches, and `bundled` for the rules that the "
                      "program brings."),
              checkRuleFiles),
      mapKey("alerting",
             {fixed(listKey("alertmanagers", servers,
                            "Alertmanagers that are told of firing and ended alerts."))},
             "Who is told of alerts.")};
  blocks.push_back(alertmanager::notificationsBlock());
  for (Key& block : alertmanager::thresholdBlocks()) blocks.push_back(std::move(block));
  return blocks;
}

void giveFigures(const rules::RuleEngine& engine, Sink& out) {
  for (const rules::GroupStatus& group : engine.status(rules::StatusDetail::kFigures)) {
    const std::string name = group.definition->file + ";" + group.definition->name;
    const Label label[] = {{"rule_group", name}};
    out.counter("prometheus_rule_evaluations_total", "Evaluations of rules.")
        .add(static_cast<double>(group.evaluations), label);
    out.counter("prometheus_rule_evaluation_failures_total", "Evaluations of rules that failed.")
        .add(static_cast<double>(group.failures), label);
    out.counter("prometheus_rule_group_iterations_missed_total",
                "Evaluations of groups that were left out because others took too long.")
        .add(static_cast<double>(group.missed), label);
    out.gauge("prometheus_rule_group_last_duration_seconds",
              "How long the last evaluation of a group took.")
        .add(group.took.count(), label);
    pipeline::giveAggregatorFigures(group, out);
  }
}

rules::Time nowOf(std::chrono::system_clock::time_point time) {
  return std::chrono::floor<milliseconds>(time.time_since_epoch()).count();
}

std::unique_ptr<http::AlertForwarder> forwarderOf(const Parts& parts) {
  const auto receivers = receiversOf(*parts.configuration.current());
  if (receivers.empty()) return nullptr;
  return std::make_unique<http::AlertForwarder>(
      receivers, [log = parts.log](bool isFault, const std::string& message) {
        log(isFault ? LogLevel::kError : LogLevel::kInfo, message);
      });
}

milliseconds durationOf(const Flags& flags, std::string_view name) {
  return std::chrono::round<milliseconds>(flags.duration(name));
}

promql::EngineOptions engineOptions(const Parts& parts, const Value& interval) {
  const configuration::EnabledFeatures enabled(parts.flags);
  promql::EngineOptions options;
  options.language.experimentalFunctions = enabled.has("promql-experimental-functions");
  options.language.durationExpressions = enabled.has("promql-duration-expr");
  options.delayNameRemoval = enabled.has("promql-delayed-name-removal");
  if (interval.given()) options.subqueryStep = interval.duration();
  return options;
}

rules::RuleSettings settingsOf(const Parts& parts, rules::Notifier* notifier) {
  const auto configuration = parts.configuration.current();
  const Value& interval = (*configuration)["global"]["evaluation_interval"];
  rules::RuleSettings settings;
  settings.history =
      configuration::queriedHistory(*parts.configuration.current(), parts.flags, parts.history);
  settings.own = parts.history;
  settings.engine = promql::Engine(engineOptions(parts, interval));
  const auto writer =
      std::make_shared<rules::ResultWriter>(parts.intake, [log = parts.log](const auto& fault) {
        log(LogLevel::kError, "results of rules are not kept: " + fault);
      });
  settings.write = [writer](auto samples) { writer->write(std::move(samples)); };
  settings.groupWritten = [writer] { writer->keep(); };
  settings.notifier = notifier;
  settings.externalLabels = configuration::externalLabels(*configuration);
  settings.externalUrl = "http://" + std::string(parts.ownLabels.get("instance"));
  settings.interval = interval.duration();
  settings.resendDelay = durationOf(parts.flags, "rules.alert.resend-delay");
  settings.outageTolerance = durationOf(parts.flags, "rules.alert.for-outage-tolerance");
  settings.gracePeriod = durationOf(parts.flags, "rules.alert.for-grace-period");
  return settings;
}

// Everybody who is told of alerts.
class AllNotifiers final : public rules::Notifier {
 public:
  // Either may be null.
  AllNotifiers(rules::Notifier* people, rules::Notifier* servers) {
    for (rules::Notifier* const each : {people, servers}) {
      if (each) all_.push_back(each);
    }
  }

  bool empty() const { return all_.empty(); }
  void notify(const std::vector<rules::NotifiedAlert>& alerts) override {
    for (rules::Notifier* const each : all_) each->notify(alerts);
  }
  void changed(const std::vector<rules::AlertChange>& changes) override {
    for (rules::Notifier* const each : all_) each->changed(changes);
  }
  void allEvaluated(const std::set<LabelSet>& active) override {
    for (rules::Notifier* const each : all_) each->allEvaluated(active);
  }

 private:
  std::vector<rules::Notifier*> all_;
};

class Rules final : public Feature {
 public:
  explicit Rules(Parts& parts) : parts_(std::make_shared<OwnParts>(parts)) {
    const auto configuration = parts.configuration.current();
    std::vector<std::string> urls;
    for (const auto& receiver : receiversOf(*configuration)) urls.push_back(receiver.url);
    http::addRuleEndpoints(
        parts.router, [own = parts_] { return own->engine.status(); }, urls);
    if (parts.ownMetrics) {
      parts.readings.add([own = parts_](const Wanted& wanted, Sink& out) {
        if (!wanted.everything()) return;
        giveFigures(own->engine, out);
        if (own->forwarder) own->forwarder->collect(out);
      });
    }
    const promql::ParseOptions language = parts_->engine.settings().engine.options().language;
    parts_->thread.change(groupsOf(*configuration, language));
    parts.configuration.follow([own = parts_, language](const Configuration& next) {
      return [own, groups = groupsOf(next, language)] { own->thread.change(groups); };
    });
  }
  ~Rules() override {
    parts_->thread.stop();
    if (parts_->center) parts_->center->stop();
  }
  Rules(const Rules&) = delete;
  Rules& operator=(const Rules&) = delete;

 private:
  // Outlive the feature with those who ask for figures and answers.
  struct OwnParts {
    explicit OwnParts(Parts& parts)
        : center(alertmanager::makeCenter(parts)),
          forwarder(forwarderOf(parts)),
          notifiers(center.get(), forwarder.get()),
          engine(settingsOf(parts, notifiers.empty() ? nullptr : &notifiers)),
          thread(engine, [&readings = parts.readings] { return nowOf(readings.now()); }) {}

    const std::shared_ptr<http::notify::NotificationCenter> center;
    const std::unique_ptr<http::AlertForwarder> forwarder;
    AllNotifiers notifiers;
    rules::RuleEngine engine;
    rules::RuleThread thread;  // last: uses the others
  };
  const std::shared_ptr<OwnParts> parts_;
};

constexpr DurationRange kTimes{std::chrono::nanoseconds(0), std::chrono::hours(24 * 366)};

const RegisterFeature registered{{
    .name = "rules",
    .flags = {durationFlag("rules.alert.for-outage-tolerance", "1h", kTimes,
                           "How long the program may have been down for an alert to keep the time "
                           "for which it was pending."),
              durationFlag("rules.alert.for-grace-period", "10m", kTimes,
                           "How long after a start an alert that was pending fires at the "
                           "earliest."),
              durationFlag("rules.alert.resend-delay", "1m", kTimes,
                           "How long before a firing alert is sent to Alertmanagers again.")},
    .blocks = blocks,
    .make = [](Parts& parts) -> std::unique_ptr<Feature> {
      if (parts.history == nullptr || parts.intake == nullptr) return nullptr;
      return std::make_unique<Rules>(parts);
    },
}};

}  // namespace

}  // namespace orchestrator_exporter
