#pragma once

#include <functional>

#include "http/server/message.h"

namespace orchestrator_exporter::http {

// GET /-/healthy: 200 as long as this process can answer. It looks at nothing else: a host in
// trouble is what the metrics are for, and restarting the exporter would not help it.
Endpoint healthyEndpoint();

// GET /-/ready: 200 while `accepting` says so, 503 before and while it shuts down. (A server that
// is being stopped answers 503 to everything; this lets a program say so earlier.)
Endpoint readyEndpoint(std::function<bool()> accepting);

}  // namespace orchestrator_exporter::http
