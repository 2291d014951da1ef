#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "exporter/configuration/configuration.h"
#include "exporter/configuration/peer.h"
#include "exporter/features/feature.h"
#include "exporter/probes/background/background.h"
#include "exporter/probes/discovery.h"
#include "exporter/probes/endpoint.h"
#include "exporter/probes/modules/module_file.h"

// Looks at other hosts from this one: /probe for those who ask, with the modules of
// --probe.config-file, and targets of the block `probes` at their intervals.

namespace orchestrator_exporter {

namespace {

using configuration::Configuration;
using configuration::Faults;
using configuration::Value;
using probes::Modules;

// Requests to /probe that may be under way, each of which holds a thread of the server.
constexpr unsigned kMostProbes = 64;

std::shared_ptr<const Modules> readProbeModules(const std::string& path) {
  return std::make_shared<const Modules>(probes::readModuleFile(path));
}

// Checked against the modules that there are.
std::vector<probes::RegularProbe> regularProbes(const Configuration& configuration,
                                                const Modules& modules) {
  std::vector<probes::RegularProbe> all;
  for (const Value& entry : configuration["probes"]["targets"].elements()) {
    const std::string& name = entry["module"].text();
    const auto module = modules.find(name);
    if (module == modules.end()) {
      throw StartError("probes.targets: there is no module '" + name + "'");
    }
    const std::string& target = entry["target"].text();
    const std::string& label = entry["name"].text();
    all.push_back({.name = label.empty() ? target : label,
                   .target = target,
                   .moduleName = name,
                   .module = module->second,
                   .interval = entry["interval"].has()
                                   ? entry["interval"].duration()
                                   : configuration["global"]["scrape_interval"].duration()});
  }
  return all;
}

std::shared_ptr<const probes::Surroundings> probeSurroundings(const Parts& parts) {
  auto surroundings = std::make_shared<probes::Surroundings>();
  surroundings->userAgent = configuration::userAgent();
  try {
    surroundings->denied = probes::DeniedNetworks(parts.flags.list("probe.deny-cidr"));
  } catch (const std::invalid_argument& error) {
    throw StartError(std::string("--probe.deny-cidr: ") + error.what());
  }
  return surroundings;
}

// GET /api/v1/sd/probes: the targets that /probe may be asked for, none if it answers nobody.
void serveDiscovery(Parts& parts,
                    std::function<std::string(const probes::ProbeServer&)> discovered) {
  parts.router.add(
      "GET", "/api/v1/sd/probes",
      [discovered = std::move(discovered), scheme = parts.server.transport ? "https" : "http",
       address = std::string(parts.ownLabels.get("instance"))](const http::Request&) {
        http::Response response;
        response.contentType = "application/json";
        response.body = discovered ? discovered({address, scheme}) : "[]";
        return response;
      });
}

class Probes final : public Feature {
 public:
  explicit Probes(Parts& parts)
      : path_(parts.flags.text("probe.config-file")),
        state_(std::make_shared<State>(probeSurroundings(parts))) {
    const auto current = parts.configuration.current();
    try {
      state_->modules = readProbeModules(path_);
    } catch (const configuration::ConfigurationError& error) {
      throw StartError(error.what());
    }
    state_->configuration = current;
    state_->setProbes(regularProbes(*current, *state_->modules));
    parts.configuration.follow(
        [state = state_](const Configuration& next) -> std::function<void()> {
          state->configuration = std::make_shared<const Configuration>(next);
          return [] {};  // the reload of the modules, which comes next, does both
        });
    parts.reloads.add([state = state_, path = path_] { return state->reload(path); });
    parts.readings.add([state = state_](const Wanted& wanted, Sink& out) {
      if (wanted.everything()) state->background.collect(out);
    });
    if (path_.empty()) {
      serveDiscovery(parts, nullptr);
      return;
    }
    serve(parts);
    serveDiscovery(parts, [state = state_](const probes::ProbeServer& server) {
      return probes::discoveredProbes(*state->probesOfNow(), server);
    });
  }

 private:
  // Outlives the feature with those who ask.
  struct State {
    explicit State(std::shared_ptr<const probes::Surroundings> given)
        : surroundings(std::move(given)), background(*surroundings) {}

    std::shared_ptr<const Modules> modulesOfNow() {
      const std::lock_guard lock(mutex);
      return modules;
    }

    std::function<void()> reload(const std::string& path) {
      const auto next = readProbeModules(path);
      return [this, next, regular = regularProbes(*configuration, *next)] {
        setProbes(regular);
        const std::lock_guard lock(mutex);
        modules = next;
      };
    }

    void setProbes(const std::vector<probes::RegularProbe>& regular) {
      background.setProbes(regular);
      const std::lock_guard lock(mutex);
      probes = std::make_shared<const std::vector<probes::RegularProbe>>(regular);
    }
    std::shared_ptr<const std::vector<probes::RegularProbe>> probesOfNow() {
      const std::lock_guard lock(mutex);
      return probes;
    }

    const std::shared_ptr<const probes::Surroundings> surroundings;
    // That of now or of the reload under way, which is one at a time.
    std::shared_ptr<const Configuration> configuration;
    std::mutex mutex;
    std::shared_ptr<const Modules> modules;  // under the mutex, as what follows
    std::shared_ptr<const std::vector<probes::RegularProbe>> probes;
    probes::BackgroundProbes background;
  };

  void serve(Parts& parts) {
    const auto endpoint = std::make_shared<probes::ProbeEndpoint>(
        [state = state_] { return state->modulesOfNow(); }, state_->surroundings, kMostProbes);
    parts.server.workers += kMostProbes;
    parts.router.add("GET", "/probe", [endpoint](const http::Request& request) {
      return endpoint->answer(request);
    });
    if (!parts.ownMetrics) return;
    parts.readings.add([endpoint](const Wanted& wanted, Sink& out) {
      if (!wanted.everything()) return;
      out.counter("blackbox_module_unknown_total", "Probes that asked for a module there is not.")
          .add(static_cast<double>(endpoint->unknownModules()));
    });
  }

  const std::string path_;
  const std::shared_ptr<State> state_;
};

void checkProbeNames(const Value& list, Faults& faults) {
  std::set<std::string> names;
  for (const Value& entry : list.elements()) {
    const std::string& given = entry["name"].text();
    const std::string& name = given.empty() ? entry["target"].text() : given;
    if (names.insert(name).second) continue;
    faults.add(entry.place(), "a second probe is named '" + name + "'");
  }
}

configuration::Key probesBlock() {
  using namespace configuration;
  constexpr DurationRange kIntervals{std::chrono::seconds(1), std::chrono::hours(24)};
  return mapKey(
      "probes",
      {checked(
          listKey("targets",
                  mapKey("",
                         {textKey("name", "", "The label `probe`; else the target."),
                          required(textKey("target", "", "What is looked at, as /probe takes it.")),
                          textKey("module", "http_2xx", "How, by the name of a module."),
                          durationKey("interval", "", kIntervals,
                                      "How often; else global.scrape_interval.")},
                         ""),
                  "Targets that are looked at again and again."),
          checkProbeNames)},
      "Looks at other hosts. The modules are those of --probe.config-file.");
}

const RegisterFeature registered{{
    .name = "probes",
    .flags = {textFlag("probe.config-file", "",
                       "Modules of probes, as blackbox_exporter's; turns /probe on."),
              listFlag("probe.deny-cidr",
                       "A network, such as 10.0.0.0/8, that no probe asks; may be repeated.")},
    .blocks = [] { return std::vector{probesBlock()}; },
    .make = [](Parts& parts) -> std::unique_ptr<Feature> {
      const bool isOn = !parts.flags.text("probe.config-file").empty() ||
                        !(*parts.configuration.current())["probes"]["targets"].elements().empty();
      if (isOn) return std::make_unique<Probes>(parts);
      serveDiscovery(parts, nullptr);
      return nullptr;
    },
}};

}  // namespace

}  // namespace orchestrator_exporter
