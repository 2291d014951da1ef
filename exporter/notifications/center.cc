#include "exporter/notifications/center.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <mutex>

#include "exporter/build_info.h"
#include "exporter/notifications/alertmanager_file.h"
#include "http/notify/api/alertmanager_api.h"

namespace orchestrator_exporter::alertmanager {

namespace {

using configuration::Configuration;
using configuration::Faults;
using configuration::Value;
using http::notify::NotificationCenter;

constexpr DurationRange kRetention{std::chrono::hours(1), std::chrono::hours(24 * 3650)};

// Firing alerts are told again within that time, by rules whose interval is not longer.
constexpr int kTellings = 4;

void check(const Value& block, Faults& faults) {
  const Value& file = block["config_file"];
  if (file.text().empty()) return;
  try {
    readFile(file.text(), {block["external_url"].text(), block["ignore_unsupported"].enabled()});
  } catch (const configuration::ConfigurationError& error) {
    for (const std::string& line : error.lines()) faults.add(file.place(), line);
  }
}

File fileOf(const Configuration& configuration, const LabelSet& ownLabels) {
  const Value& block = configuration["notifications"];
  std::string url = block["external_url"].text();
  if (url.empty()) url = "http://" + std::string(ownLabels.get("instance"));
  while (url.ends_with('/')) url.pop_back();
  return readFile(block["config_file"].text(), {url, block["ignore_unsupported"].enabled()});
}

void warn(const File& file, const std::string& path, const Log& log) {
  for (const std::string& warning : file.warnings) log(LogLevel::kWarn, path + ": " + warning);
}

notifications::Time nowOf(const Readings& readings) {
  return std::chrono::floor<std::chrono::milliseconds>(readings.now().time_since_epoch()).count();
}

NotificationCenter::Options optionsOf(const Parts& parts, const Configuration& configuration) {
  NotificationCenter::Options options;
  if (!parts.stateDirectory.empty()) {
    options.stateFile = std::filesystem::path(parts.stateDirectory) / "state.db";
  }
  options.retention = configuration["notifications"]["retention"].duration();
  const auto resend = std::chrono::round<std::chrono::milliseconds>(
      parts.flags.duration("rules.alert.resend-delay"));
  options.grace =
      kTellings * std::max(resend, configuration["global"]["evaluation_interval"].duration());
  options.clock = [&readings = parts.readings] { return nowOf(readings); };
  options.log = [log = parts.log](bool isFault, const std::string& message) {
    log(isFault ? LogLevel::kError : LogLevel::kInfo, message);
  };
  return options;
}

// The file as its status page has it, which a reload changes.
class Shown {
 public:
  void set(std::string text) {
    const std::lock_guard lock(mutex_);
    text_ = std::move(text);
  }
  std::string get() const {
    const std::lock_guard lock(mutex_);
    return text_;
  }

 private:
  mutable std::mutex mutex_;
  std::string text_;
};

}  // namespace

configuration::Key notificationsBlock() {
  using namespace configuration;
  return checked(
      mapKey("notifications",
             {pathKey("config_file", "",
                      "A configuration of Alertmanager, which says who is told of which alerts. "
                      "Empty: nobody is."),
              textKey("external_url", "",
                      "The URL under which people reach this program, for links in messages; "
                      "else that of the first listener."),
              fixed(durationKey("retention", "30d", kRetention,
                                "How long the history of alerts and notifications is kept.")),
              switchKey("ignore_unsupported", false,
                        "Pass over receivers of other products instead of refusing the file.")},
             "Who is told of alerts, by messages of this program."),
      check);
}

std::shared_ptr<NotificationCenter> makeCenter(Parts& parts) {
  const auto configuration = parts.configuration.current();
  if ((*configuration)["notifications"]["config_file"].text().empty()) return nullptr;
  const File file = fileOf(*configuration, parts.ownLabels);
  warn(file, (*configuration)["notifications"]["config_file"].text(), parts.log);
  const auto center = std::make_shared<NotificationCenter>(
      NotificationCenter::Setup{file.plan, file.channels}, optionsOf(parts, *configuration));
  const auto shown = std::make_shared<Shown>();
  shown->set(file.shown);
  http::notify::addAlertmanagerApi(
      parts.router, center,
      {std::string(kVersion), std::string(kRevision), std::string(kBranch),
       [shown] { return shown->get(); }, nowOf(parts.readings)});
  http::notify::addHistoryApi(parts.router, center);
  if (parts.ownMetrics) {
    parts.readings.add([center](const Wanted& wanted, Sink& out) {
      if (wanted.everything()) center->collect(out);
    });
  }
  parts.configuration.follow(
      [center, shown, labels = parts.ownLabels, log = parts.log](const Configuration& next) {
        const std::string& path = next["notifications"]["config_file"].text();
        if (path.empty()) {
          throw std::runtime_error(
              "notifications.config_file: can be taken away at the next start only");
        }
        const File changed = fileOf(next, labels);
        warn(changed, path, log);
        return [center, shown, changed] {
          center->replace({changed.plan, changed.channels});
          shown->set(changed.shown);
        };
      });
  return center;
}

}  // namespace orchestrator_exporter::alertmanager
