#include "exporter/pipeline/host_session.h"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <thread>

#include "exporter/host/collector.h"
#include "exporter/host/host.h"
#include "metrics/pipeline/runner.h"
#include "metrics/readings.h"

namespace orchestrator_exporter::pipeline {

namespace {

using std::chrono::milliseconds;

std::int64_t unixMilliseconds(Time time) {
  return std::chrono::floor<milliseconds>(time.time_since_epoch()).count();
}

// Which of the named collectors are whose.
struct Chosen {
  std::vector<std::string> ofPlan = {};
  std::vector<std::string> ofHost = {};
};

Chosen chosen(const HostSession& session) {
  Chosen result;
  const auto& definitions = collectorDefinitions();
  for (const std::string& name : session.settings.collectors) {
    const auto named = [&](const auto& each) { return each.name == name; };
    if (std::ranges::any_of(session.plan.collectors, named)) {
      result.ofPlan.push_back(name);
    } else if (std::ranges::any_of(definitions, named)) {
      result.ofHost.push_back(name);
    } else {
      throw std::invalid_argument("there is no collector '" + name + "'");
    }
  }
  if (!result.ofPlan.empty() && !result.ofHost.empty()) {
    throw std::invalid_argument("expected collectors of the pipeline or of the host, not of both");
  }
  return result;
}

Host::Config hostConfig(const HostSession& session, const Chosen& collectors) {
  Host::Config config;
  for (const std::string& name : collectors.ofHost) config.flags.enableCollector(name, true);
  config.log = session.log;
  return config;
}

// The plan, of which nothing passes but what belongs to the named collectors if some are.
Plan limited(const Plan& plan, const std::vector<std::string>& names) {
  if (names.empty()) return plan;
  StepSettings others{.name = "collectors", .isInverted = true, .make = makeDrop};
  for (const CollectorSettings& each : plan.collectors) {
    if (std::ranges::find(names, each.name) == names.end()) continue;
    others.match.insert(others.match.end(), each.match.begin(), each.match.end());
  }
  Plan result = plan;
  result.steps.insert(result.steps.begin(), std::move(others));
  return result;
}

std::shared_ptr<history::Head> headOf(const HostSession& session) {
  constexpr std::chrono::hours kLong{48};
  return std::make_shared<history::Head>(
      history::Head::Config{.retention = kLong, .external = session.labels});
}

}  // namespace

CollectedSession collectHost(const HostSession& session, const std::function<bool()>& isEnough) {
  using Clock = std::chrono::steady_clock;
  const milliseconds duration = session.settings.duration.value_or(milliseconds(0));
  const Chosen collectors = chosen(session);
  Host host(hostConfig(session, collectors));
  Runner runner(limited(session.plan, collectors.ofPlan), {.interval = session.settings.interval});
  const auto head = headOf(session);

  SessionSettings settings = session.settings;
  settings.collectors = collectors.ofPlan;
  const Time start = std::chrono::system_clock::now();
  const std::string id = runner.startSession(std::move(settings));
  Readings readings({.interval = session.settings.interval, .failed = [&](const std::string& why) {
                       session.log(LogLevel::kError, "no reading: " + why);
                     }});
  readings.add(
      [&](const Wanted&, Sink& out) { host.collect(out, Wanted{.only = collectors.ofHost}); });
  readings.setProcessing(std::make_shared<const Readings::Processing>(
      [&](const std::shared_ptr<const Snapshot>& reading, Snapshot& processed) {
        runner.process(reading, processed);
      }));
  readings.listen([&](const std::shared_ptr<const Snapshot>& reading) {
    // The one at its end is not the session's.
    if (reading->time < start + duration) head->take(*reading);
  });
  readings.start();
  constexpr milliseconds kLook{50};
  const Clock::time_point end = Clock::now() + duration;
  while (Clock::now() < end && !isEnough()) {
    std::this_thread::sleep_for(std::min<Clock::duration>(kLook, end - Clock::now()));
  }
  readings.stop();
  runner.stopSession(id);
  return {runner.session(id), head, unixMilliseconds(start),
          unixMilliseconds(std::chrono::system_clock::now())};
}

}  // namespace orchestrator_exporter::pipeline
