#pragma once

#include <memory>
#include <string>

#include "exporter/configuration/configuration.h"
#include "exporter/host/flags.h"
#include "http/client/prometheus/prometheus_api.h"
#include "metrics/history.h"

namespace orchestrator_exporter::configuration {

// What this program calls itself to servers: its name, a slash and its version.
std::string userAgent();

// A server with Prometheus' HTTP API that this program asks: it gives an answer of a gigabyte at
// most, within two minutes. Throws std::runtime_error if libcurl cannot be loaded.
std::shared_ptr<const http::PrometheusApi> peerAt(const std::string& url);

// What queries, rules and analysis read: the history of this host, or that of the server that
// query.url names, with the look-back of the flags.
std::shared_ptr<const History> queriedHistory(const Configuration& configuration,
                                              const Flags& flags,
                                              std::shared_ptr<const History> own);

}  // namespace orchestrator_exporter::configuration
