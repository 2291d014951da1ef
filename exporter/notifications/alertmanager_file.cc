#include "exporter/notifications/alertmanager_file.h"

#include <sys/stat.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <set>
#include <stdexcept>
#include <system_error>

#include "exporter/configuration/reader.h"
#include "exporter/configuration/shown.h"
#include "exporter/nearest_name.h"
#include "exporter/notifications/alertmanager_keys.h"
#include "exporter/notifications/channel_configs.h"
#include "metrics/base/errors.h"
#include "metrics/base/process/file_text.h"
#include "metrics/rules/file_patterns.h"
#include "metrics/text_template/template_error.h"

namespace orchestrator_exporter::alertmanager {

namespace {

using configuration::Faults;
using configuration::Value;
using notifications::InhibitRule;
using notifications::Matchers;
using notifications::Plan;
using notifications::Route;
using notifications::TimeInterval;

// What only the whole shows.
class PlanReader {
 public:
  PlanReader(const Value& file, File& out, Faults& faults)
      : file_(file), out_(out), faults_(faults) {}

  void read(const http::notify::MessageStyle& style) {
    auto plan = std::make_shared<Plan>();
    plan->resolveTimeout = file_["global"]["resolve_timeout"].duration();
    readReceivers(style, *plan);
    readIntervals("time_intervals", *plan);
    readIntervals("mute_time_intervals", *plan);
    for (const auto& [name, interval] : plan->intervals) intervals_.push_back(name);
    readRoot(*plan);
    for (const Value& rule : file_["inhibit_rules"].elements()) {
      plan->inhibitRules.push_back(inhibitRule(rule));
    }
    out_.plan = std::move(plan);
  }

 private:
  void fault(const Value& at, const std::string& text) { faults_.add(at.place(), text); }

  void readReceivers(const http::notify::MessageStyle& style, Plan& plan) {
    for (const Value& receiver : file_["receivers"].elements()) {
      const std::string& name = receiver["name"].text();
      if (std::find(receivers_.begin(), receivers_.end(), name) != receivers_.end()) {
        fault(receiver["name"], "receiver '" + name + "' is there twice");
        continue;
      }
      receivers_.push_back(name);
      addReceiver(receiver, file_, style, plan, out_, faults_);
    }
  }

  void readRoot(Plan& plan) {
    const Value& root = file_["route"];
    if (!root["receiver"].given()) {
      constexpr configuration::Place kBegin{1, 1};  // of a file without a route
      faults_.add(root.given() ? root.place() : kBegin, "route: the root needs a receiver");
    }
    for (const char* key : {"matchers", "match", "match_re"}) {
      if (!root[key].elements().empty())
        fault(root[key], "route: the root takes all, without matchers");
    }
    if (root["continue"].enabled()) fault(root["continue"], "route: nothing follows the root");
    for (const char* key : {"mute_time_intervals", "active_time_intervals"}) {
      if (!root[key].elements().empty()) fault(root[key], "route: the root cannot be muted");
    }
    plan.root = route(root, Route());
    notifications::nameRoutes(plan.root);
  }

  Route route(const Value& value, const Route& parent) {
    Route route;
    route.receiver = value["receiver"].given() ? value["receiver"].text() : parent.receiver;
    if (value["receiver"].given()) checkKnown(value["receiver"], "receiver", receivers_);
    route.matchers = matchers(value["matchers"]);
    route.matchers.add(pairMatchers(value["match"], LabelMatcher::Operator::kEqual));
    route.matchers.add(pairMatchers(value["match_re"], LabelMatcher::Operator::kMatches));
    route.continues = value["continue"].enabled();
    route.groupsByAll = parent.groupsByAll;
    route.groupBy = parent.groupBy;
    if (value["group_by"].given()) readGroupBy(value["group_by"], route);
    route.groupWait = time(value["group_wait"], parent.groupWait);
    route.groupInterval = time(value["group_interval"], parent.groupInterval);
    route.repeatInterval = time(value["repeat_interval"], parent.repeatInterval);
    if (value["repeat_interval"].given() && route.repeatInterval < route.groupInterval) {
      out_.warnings.push_back("line " + std::to_string(value["repeat_interval"].place().line) +
                              ": repeat_interval is shorter than group_interval, so that nothing "
                              "is repeated before the latter");
    }
    for (const auto& [key, names] : {std::pair("mute_time_intervals", &route.muteIntervals),
                                     std::pair("active_time_intervals", &route.activeIntervals)}) {
      for (const Value& name : value[key].elements()) checkKnown(name, "time interval", intervals_);
      *names = value[key].texts();
    }
    for (const Value& child : value["routes"].elements()) {
      route.children.push_back(this->route(child, route));
    }
    return route;
  }

  static notifications::Milliseconds time(const Value& own, notifications::Milliseconds inherited) {
    return own.given() ? own.duration() : inherited;
  }

  void readGroupBy(const Value& list, Route& route) {
    route.groupBy.clear();
    route.groupsByAll = false;
    for (const Value& name : list.elements()) {
      if (name.text() == "...") {
        route.groupsByAll = true;
      } else if (name.text().empty()) {
        fault(name, "group_by: a label has a name");
      } else if (!route.groupBy.insert(name.text()).second) {
        fault(name, "group_by: '" + ParseError::printable(name.text()) + "' is there twice");
      }
    }
    if (route.groupsByAll && !route.groupBy.empty()) {
      fault(list, "group_by: '...' stands for all labels, others beside it make no sense");
    }
  }

  void checkKnown(const Value& name, const std::string& what,
                  const std::vector<std::string>& known) {
    if (std::find(known.begin(), known.end(), name.text()) != known.end()) return;
    const std::string_view meant = nearestName(name.text(), known);
    fault(name, "unknown " + what + " '" + ParseError::printable(name.text()) + "'" +
                    (meant.empty() ? "" : ", did you mean '" + std::string(meant) + "'?"));
  }

  Matchers matchers(const Value& list) {
    Matchers all;
    for (const Value& text : list.elements()) {
      attempt(text, [&] { all.add(notifications::parseMatchers(text.text())); });
    }
    return all;
  }

  Matchers pairMatchers(const Value& map, LabelMatcher::Operator op) {
    std::vector<LabelMatcher> all;
    for (std::size_t i = 0; i < map.names().size(); ++i) {
      const Value& value = map.elements()[i];
      // As Alertmanager shows them.
      const bool isExpression = op == LabelMatcher::Operator::kMatches;
      attempt(value, [&] {
        all.emplace_back(map.names()[i], op,
                         isExpression ? "^(?:" + value.text() + ")$" : value.text());
      });
    }
    return Matchers(std::move(all));
  }

  void attempt(const Value& at, const std::function<void()>& read) {
    try {
      read();
    } catch (const std::runtime_error& error) {
      fault(at, error.what());
    } catch (const std::invalid_argument& error) {
      fault(at, error.what());
    }
  }

  InhibitRule inhibitRule(const Value& value) {
    InhibitRule rule;
    rule.source = matchers(value["source_matchers"]);
    rule.source.add(pairMatchers(value["source_match"], LabelMatcher::Operator::kEqual));
    rule.source.add(pairMatchers(value["source_match_re"], LabelMatcher::Operator::kMatches));
    rule.target = matchers(value["target_matchers"]);
    rule.target.add(pairMatchers(value["target_match"], LabelMatcher::Operator::kEqual));
    rule.target.add(pairMatchers(value["target_match_re"], LabelMatcher::Operator::kMatches));
    rule.equal = value["equal"].texts();
    return rule;
  }

  void readIntervals(const std::string& key, Plan& plan) {
    for (const Value& named : file_[key].elements()) {
      const std::string& name = named["name"].text();
      if (plan.intervals.contains(name)) {
        fault(named["name"], "time interval '" + name + "' is there twice");
        continue;
      }
      for (const Value& piece : named["time_intervals"].elements()) {
        plan.intervals[name].push_back(interval(piece));
      }
      plan.intervals[name];
    }
  }

  TimeInterval interval(const Value& value) {
    TimeInterval interval;
    if (value["times"].given()) interval.times.emplace();
    for (const Value& range : value["times"].elements()) {
      attempt(range, [&] {
        const int begin = notifications::parseMinuteOfDay(range["start_time"].text());
        const int end = notifications::parseMinuteOfDay(range["end_time"].text());
        if (begin >= end) throw std::invalid_argument("start_time is not before end_time");
        interval.times->push_back({begin, end});
      });
    }
    const auto take = [&](std::string_view key, auto parse,
                          std::optional<std::vector<TimeInterval::Range>>& out) {
      if (value[key].given()) out.emplace();
      for (const Value& text : value[key].elements()) {
        attempt(text, [&] { out->push_back(parse(text.text())); });
      }
    };
    take("weekdays", notifications::parseWeekdays, interval.weekdays);
    take("days_of_month", notifications::parseDaysOfMonth, interval.daysOfMonth);
    take("months", notifications::parseMonths, interval.months);
    take("years", notifications::parseYears, interval.years);
    if (!value["location"].text().empty()) {
      attempt(value["location"], [&] {
        interval.zone = std::make_shared<const notifications::TimeZone>(
            notifications::TimeZone::named(value["location"].text()));
      });
    }
    return interval;
  }

  const Value& file_;
  File& out_;
  Faults& faults_;
  std::vector<std::string> receivers_;
  std::vector<std::string> intervals_;
};

// Template files, each of a pattern of the file.
std::shared_ptr<const notifications::MessageTemplates> templatesOf(const Value& file,
                                                                   Faults& faults) {
  auto templates = std::make_shared<notifications::MessageTemplates>();
  for (const Value& pattern : file["templates"].elements()) {
    for (const std::string& path : rules::filesMatching(pattern.text(), "")) {
      try {
        templates->add(path, fileText(path));
      } catch (const text_template::SyntaxError& error) {
        faults.add(pattern.place(),
                   path + ": byte " + std::to_string(error.position() + 1) + ": " + error.what());
      } catch (const std::runtime_error& error) {
        faults.add(pattern.place(), path + ": " + error.what());
      }
    }
  }
  return templates;
}

// Takes what is not supported out of a map: it is a fault unless it is to be passed over.
void removeOthers(YAML::Node map, bool ignores, Faults& faults) {
  if (!map.IsMap()) return;
  std::vector<YAML::Node> others;
  for (const auto& entry : map) {
    if (entry.first.IsScalar() && isOtherKey(entry.first.Scalar())) others.push_back(entry.first);
  }
  for (const YAML::Node& key : others) {
    if (!ignores) {
      faults.add(
          configuration::placeOf(key.Mark()),
          key.Scalar() + ": is not supported; notifications.ignore_unsupported passes over it");
    }
    map.remove(key.Scalar());
  }
}

YAML::Node documentOf(const std::string& path, Faults& faults) {
  try {
    return YAML::Load(fileText(path));
  } catch (const YAML::Exception& error) {
    faults.add(configuration::placeOf(error.mark), error.msg);
  } catch (const std::system_error& error) {
    faults.add({}, "cannot be read: " + error.code().message());
  }
  faults.throwIfAny();
  return {};
}

bool isReadByOthers(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && (status.st_mode & S_IROTH) != 0;
}

}  // namespace

File readFile(const std::string& path, const FileOptions& options) {
  Faults faults(path);
  YAML::Node document = documentOf(path, faults);
  if (document.IsMap()) {
    removeOthers(document["global"], options.ignoreUnsupported, faults);
    const YAML::Node receivers = document["receivers"];
    for (std::size_t i = 0; receivers.IsSequence() && i < receivers.size(); ++i) {
      removeOthers(receivers[i], options.ignoreUnsupported, faults);
    }
  }
  const std::string directory = std::filesystem::path(path).parent_path().string();
  const Value root = configuration::Reader(directory, faults)
                         .read(configuration::mapKey("", keys(), ""), document, "");
  faults.throwIfAny();
  File file;
  const http::notify::MessageStyle style{templatesOf(root, faults), options.externalUrl};
  PlanReader(root, file, faults).read(style);
  faults.throwIfAny();
  file.shown = configuration::shownText(root, keys());
  const bool hasSecrets = file.shown.find(configuration::kSecretShown) != std::string::npos;
  if (hasSecrets && isReadByOthers(path)) {
    file.warnings.emplace_back("has secrets in it and can be read by everybody");
  }
  return file;
}

}  // namespace orchestrator_exporter::alertmanager
