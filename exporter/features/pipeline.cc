#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "exporter/features/feature.h"
#include "exporter/pipeline/pipeline_block.h"
#include "exporter/pipeline/session_api.h"
#include "metrics/pipeline/samplers.h"

// What becomes of samples between their sources and history, rules and remote_write: the block
// `pipeline` of the configuration file. Without it nothing stands between them.

namespace orchestrator_exporter {

namespace {

using configuration::Configuration;
using pipeline::Plan;
using pipeline::Runner;
using pipeline::SessionStore;

// Opened when it is asked for first: without the block nobody asks.
pipeline::KeptSessions sessionsOf(const Parts& parts) {
  struct Opened {
    std::once_flag once;
    std::shared_ptr<SessionStore> store;
  };
  const auto opened = std::make_shared<Opened>();
  return [opened, directory = parts.stateDirectory, log = parts.log]() -> SessionStore* {
    std::call_once(opened->once, [&] {
      if (directory.empty()) return;
      try {
        opened->store = std::make_shared<SessionStore>(directory);
      } catch (const std::exception& error) {
        log(LogLevel::kError, std::string("sessions are not kept: ") + error.what());
      }
    });
    return opened->store.get();
  };
}

class Pipeline final : public Feature {
 public:
  explicit Pipeline(Parts& parts) : readings_(parts.readings), kept_(sessionsOf(parts)) {
    const auto current = parts.configuration.current();
    auto plan = pipeline::planOf(*current);
    const bool isConfigured = plan.has_value();
    if (plan) samplers_->setRules(plan->sampling, plan->ranges);
    if (isConfigured) kept_();  // so that what it keeps was begun before
    runner_ = std::make_shared<Runner>(std::move(plan).value_or(Plan()), runnerConfig(parts));
    if (isConfigured) begin();
    parts.configuration.follow([this](const Configuration& next) -> std::function<void()> {
      return [this, plan = pipeline::planOf(next)] { change(plan); };
    });
    parts.expose = [runner = runner_](const std::function<void(Sink&)>& give, Sink& out) {
      runner->expose(give, out);
    };
    parts.sampled = [samplers = samplers_](std::string_view family, double value) {
      return samplers->take(family, value, std::chrono::steady_clock::now());
    };
    parts.debugPages["pipeline"] = [runner = runner_](const http::Request& request) {
      return pipeline::wayPage(*runner, request);
    };
    pipeline::addSessionEndpoints(parts.router, runner_, samplers_, kept_,
                                  [isOn = isOn_] { return isOn->load(); });
    parts.readings.add(
        [runner = runner_, samplers = samplers_, isOn = isOn_](const Wanted& wanted, Sink& out) {
          if (!wanted.everything() || !*isOn) return;
          runner->collect(out);
          samplers->collect(out);
        });
  }

  ~Pipeline() override { readings_.setProcessing(nullptr); }
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

 private:
  Runner::Config runnerConfig(Parts& parts) const {
    Runner::Config config;
    config.clock = [&readings = parts.readings] { return readings.now(); };
    config.interval = parts.readings.interval();
    config.hasten = [&readings = parts.readings] {
      return std::make_shared<Readings::Watch>(readings);
    };
    config.keep = [kept = kept_, log = parts.log](const pipeline::Session& session) {
      SessionStore* const store = kept();
      if (store == nullptr) return;
      try {
        store->save(session);
      } catch (const std::exception& error) {
        log(LogLevel::kError, std::string("a session is not kept: ") + error.what());
      }
    };
    return config;
  }

  void begin() {
    kept_();
    *isOn_ = true;
    readings_.setProcessing(std::make_shared<const Readings::Processing>(
        [runner = runner_](const std::shared_ptr<const Snapshot>& reading, Snapshot& processed) {
          runner->process(reading, processed);
        }));
  }

  void change(const std::optional<Plan>& plan) {
    if (plan) {
      samplers_->setRules(plan->sampling, plan->ranges);
    } else {
      samplers_->setRules({});
    }
    runner_->setPlan(plan.value_or(Plan()));
    if (plan && !*isOn_) begin();
    if (plan || !*isOn_) return;
    *isOn_ = false;
    readings_.setProcessing(nullptr);
  }

  Readings& readings_;
  const std::shared_ptr<pipeline::Samplers> samplers_ = std::make_shared<pipeline::Samplers>();
  const pipeline::KeptSessions kept_;
  std::shared_ptr<Runner> runner_;
  const std::shared_ptr<std::atomic<bool>> isOn_ = std::make_shared<std::atomic<bool>>(false);
};

const RegisterFeature registeredPipeline{{
    .name = "pipeline",
    .blocks = [] { return std::vector{pipeline::pipelineBlock()}; },
    // Without a file there is no block, and never will be.
    .make = [](Parts& parts) -> std::unique_ptr<Feature> {
      if (configuration::configurationPath(parts.flags).empty()) return nullptr;
      return std::make_unique<Pipeline>(parts);
    },
}};

}  // namespace

}  // namespace orchestrator_exporter
