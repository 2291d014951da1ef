#include "http/endpoints/api/analysis.h"

#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "exporter/configuration/peer.h"
#include "exporter/features/feature.h"
#include "exporter/pipeline/signal_list.h"
#include "metrics/analysis/findings/analyst.h"

// What the history means: trends, forecasts and anomalies each minute, bottlenecks and health each
// quarter of one.

namespace orchestrator_exporter {

namespace {

using configuration::Value;

bool isEnabled(const Parts& parts) {
  return (*parts.configuration.current())["analysis"]["enabled"].enabled() &&
         parts.flags.enabled("analysis");
}

analysis::Zone zoneOf(const Parts& parts) {
  const bool isLocal = (*parts.configuration.current())["analysis"]["timezone"].text() == "Local";
  return isLocal ? analysis::localZone : analysis::utc;
}

// A program that only stands in for another exporter has nothing beyond it on /metrics, and rests
// between scrapes: findings are made when somebody asks.
bool looksEachMinute(const Parts& parts) {
  return !configuration::configurationPath(parts.flags).empty() || !parts.stateDirectory.empty();
}

std::function<std::vector<analysis::Signal>()> othersOf(const Parts& parts) {
  return [&file = parts.configuration] { return pipeline::signalsOf(*file.current()); };
}

class AnalysisOnRequest final : public Feature {
 public:
  AnalysisOnRequest(Parts& parts, std::shared_ptr<const History> history) {
    http::addAnalysisEndpoints(parts.router, {.newest = nullptr,
                                              .history = std::move(history),
                                              .others = othersOf(parts),
                                              .zone = zoneOf(parts)});
  }
};

class Analysis final : public Feature {
 public:
  Analysis(Parts& parts, std::shared_ptr<const History> history)
      : readings_(parts.readings),
        log_(parts.log),
        store_(storeIn(parts)),
        analyst_(std::make_shared<analysis::Analyst>(analysis::AnalystSettings{
            .history = history,
            .signals = analysis::usualSignals(),
            .zone = zoneOf(parts),
            .store = store_.get(),
            .tell = [log = parts.log](const std::string& line) { log(LogLevel::kInfo, line); }})) {
    http::addAnalysisEndpoints(parts.router,
                               {.newest = [analyst = analyst_] { return analyst->findings(); },
                                .history = history,
                                .others = othersOf(parts),
                                .zone = zoneOf(parts)});
    analyst_->watchToo(pipeline::signalsOf(*parts.configuration.current()));
    parts.configuration.follow(
        [analyst = analyst_](const configuration::Configuration& next) -> std::function<void()> {
          return [analyst, signals = pipeline::signalsOf(next)] { analyst->watchToo(signals); };
        });
    parts.readings.add([analyst = analyst_](const Wanted& wanted, Sink& out) {
      if (wanted.everything()) analysis::giveFindings(*analyst->findings(), out);
    });
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  }

 private:
  // Without it baselines are made again from the history after each start.
  static std::unique_ptr<analysis::BaselineStore> storeIn(const Parts& parts) {
    if (parts.stateDirectory.empty()) return nullptr;
    try {
      return std::make_unique<analysis::BaselineStore>(parts.stateDirectory);
    } catch (const std::exception& error) {
      parts.log(LogLevel::kError, std::string("baselines are not kept: ") + error.what());
      return nullptr;
    }
  }

  void run(const std::stop_token& stop) {
    // Scrapes go first.
    setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), 10);
    constexpr std::chrono::seconds kInterval{15};
    constexpr int kLooksAMinute = 4;
    std::unique_lock lock(mutex_);
    for (int turn = 1;
         !wakes_.wait_for(lock, stop, kInterval, [&] { return stop.stop_requested(); }); ++turn) {
      look(turn % kLooksAMinute == 0);
    }
  }

  void look(bool isWhole) {
    const auto now =
        std::chrono::floor<std::chrono::milliseconds>(readings_.now().time_since_epoch());
    std::string failure;
    try {
      if (isWhole) {
        analyst_->look(now.count());
      } else {
        analyst_->lookAtBottlenecks(now.count());
      }
    } catch (const std::exception& error) {
      failure = error.what();
    }
    if (failure == failure_) return;
    if (failure.empty()) {
      log_(LogLevel::kInfo, "analysis works again");
    } else {
      log_(LogLevel::kError, "analysis: " + failure);
    }
    failure_ = failure;
  }

  const Readings& readings_;
  const Log log_;
  const std::unique_ptr<analysis::BaselineStore> store_;
  const std::shared_ptr<analysis::Analyst> analyst_;
  std::string failure_;  // of the last look, empty if there was none
  std::mutex mutex_;
  std::condition_variable_any wakes_;
  std::jthread thread_;  // last: uses the others
};

configuration::Key analysisBlock() {
  using namespace configuration;
  return mapKey("analysis",
                {fixed(switchKey("enabled", true, "Whether the history is analysed each minute.")),
                 fixed(choiceKey("timezone", "UTC", {"UTC", "Local"},
                                 "Whose hours of the week the usual of a signal is kept by."))},
                "Trends, forecasts, anomalies, bottlenecks and health of what is remembered.");
}

const RegisterFeature registered{{
    .name = "analysis",
    .flags = {switchFlag("analysis", true,
                         "Analyse the history, each minute if it is kept on disk or there is a "
                         "configuration file.")},
    .blocks = [] { return std::vector{analysisBlock()}; },
    .make = [](Parts& parts) -> std::unique_ptr<Feature> {
      if (!isEnabled(parts)) return nullptr;
      auto history =
          configuration::queriedHistory(*parts.configuration.current(), parts.flags, parts.history);
      if (history == nullptr) return nullptr;
      if (!looksEachMinute(parts)) {
        return std::make_unique<AnalysisOnRequest>(parts, std::move(history));
      }
      return std::make_unique<Analysis>(parts, std::move(history));
    },
}};

}  // namespace

}  // namespace orchestrator_exporter
