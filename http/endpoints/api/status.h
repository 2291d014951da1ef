#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "http/server/router.h"
#include "metrics/history.h"
#include "metrics/label_set.h"

namespace orchestrator_exporter::http {

// What there is to say of the server itself.
struct ApiFacts {
  std::string version;  // as Prometheus' own: Grafana chooses by it what it asks for
  std::string revision;
  std::string branch;
  std::map<std::string, std::string> flags;
  std::function<std::string()> configuration;  // the file as it holds now, without secrets
  std::chrono::system_clock::time_point started;
  std::string retention;                  // how long samples are kept
  std::chrono::milliseconds interval{0};  // of readings
  LabelSet ownLabels;                     // job and instance
  std::string metricsUrl;                 // where this server's own metrics are
};

// status/* and targets of Prometheus' HTTP API. There is one target, this server.
void addStatusEndpoints(Router& router, const std::shared_ptr<const History>& history,
                        const ApiFacts& facts);

}  // namespace orchestrator_exporter::http
