#pragma once

#include <memory>
#include <string>

#include "http/client/prometheus/prometheus_api.h"

namespace orchestrator_exporter::configuration {

// What this program calls itself to servers: its name, a slash and its version.
std::string userAgent();

// A server with Prometheus' HTTP API that this program asks: it gives an answer of a gigabyte at
// most, within two minutes. Throws std::runtime_error if libcurl cannot be loaded.
std::shared_ptr<const http::PrometheusApi> peerAt(const std::string& url);

}  // namespace orchestrator_exporter::configuration
