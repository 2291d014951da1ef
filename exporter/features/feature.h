#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/configuration/configuration_file.h"
#include "exporter/host/flags.h"
#include "exporter/host/host.h"
#include "exporter/log.h"
#include "exporter/reloads.h"
#include "http/pages/landing_page.h"
#include "http/server/router.h"
#include "http/server/server.h"
#include "metrics/history.h"
#include "metrics/history_intake.h"
#include "metrics/label_set.h"
#include "metrics/readings.h"
#include "metrics/recording/metrics_collector.h"
#include "metrics/registry/metrics_registry.h"

namespace orchestrator_exporter::http {
class IngestDoor;
}  // namespace orchestrator_exporter::http

namespace orchestrator_exporter {

// What features are built of, and the only place where they meet each other. All of it outlives
// them.
struct Parts {
  Readings& readings;                               // to add sources and listeners to
  const Host& host;                                 // the collectors and how they fare
  MetricsRegistry& registry;                        // for families of their own
  MetricsCollector& recorder;                       // the facade that records what orchestrators do
  http::IngestDoor& ingest;                         // what all ways to push share
  http::Router& router;                             // to add endpoints to
  http::ServerOptions& server;                      // of the server that will be started
  Reloads& reloads;                                 // what is read again on SIGHUP
  configuration::ConfigurationFile& configuration;  // what the file of --config.file says
  std::function<void()> quit;                       // ends the program as SIGTERM does
  std::vector<http::LandingPage::Link>& links;  // what a visitor is led to, the most wanted first
  std::string recordsPath;                      // where records are taken, empty if they are not
  std::shared_ptr<History> history;             // what was; null if nothing is remembered
  std::shared_ptr<HistoryIntake> intake;        // to write into it; null as well
  // Stands before what /metrics writes, if it is set: gets what gives the samples, and the writer.
  std::function<void(const std::function<void(Sink&)>& give, Sink& out)> expose;
  // Whether an observation of a family is recorded; all are if it is not set.
  std::function<bool(std::string_view family, double value)> sampled;
  // What /metrics?debug=NAME answers instead, by name.
  std::map<std::string, http::Endpoint, std::less<>> debugPages;
  const Flags& flags;
  std::string telemetryPath;
  std::string stateDirectory;  // for what is to outlast the process; empty if there is none
  LabelSet ownLabels;          // job and instance, of all samples that do not leave over /metrics
  bool ownMetrics;             // whether the program gives metrics of itself
  Log log;
};

// A part of the program that can be switched on, while it is on. Constructed means at work,
// destroyed means stopped.
class Feature {
 public:
  virtual ~Feature() = default;
};

// What a feature tells of itself when it registers. It is a file in exporter/features and one name
// in the list of program.cc.
struct FeatureDefinition {
  std::string name;
  std::vector<FlagDefinition> flags = {};
  // Makes the keys that it reads of the configuration file: at its top, or parts of such maps.
  configuration::MakeBlocks blocks = nullptr;
  // Makes it, or returns null if the flags leave it off: then nothing of it is constructed. Throws
  // StartError for flags that are invalid.
  std::function<std::unique_ptr<Feature>(Parts&)> make = {};
};

// All registered features, by name.
const std::vector<FeatureDefinition>& featureDefinitions();

// At namespace scope of the feature's file:
//   const RegisterFeature records{{.name = "records", .make = ...}};
class RegisterFeature {
 public:
  explicit RegisterFeature(FeatureDefinition definition);
};

// Makes those of the named features that are on, in this order. Throws std::logic_error for a name
// that is not registered.
std::vector<std::unique_ptr<Feature>> makeFeatures(const std::vector<std::string>& names,
                                                   Parts& parts);

}  // namespace orchestrator_exporter
