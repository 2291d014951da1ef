#pragma once

// All that a program needs to record metrics and to write them for Prometheus:
//
//   #include <orchestrator_exporter/metrics.h>
//
//   orchestrator_exporter::MetricsRegistry registry;
//   orchestrator_exporter::MetricsCollector collector(registry);
//   collector.recordTokenUsage("orch-1", "claude-sonnet-3.5", 1500);
//
// The embedded server is in http/exposer.h and http/server/server.h, the collectors of the host in
// exporter/host/host.h.

#include "metrics/exposition/exposition.h"
#include "metrics/instruments/connection_pool_metrics.h"
#include "metrics/instruments/database_metrics.h"
#include "metrics/instruments/http_request_metrics.h"
#include "metrics/instruments/message_handler.h"
#include "metrics/instruments/network_metrics.h"
#include "metrics/instruments/performance_tracker.h"
#include "metrics/instruments/process_metrics.h"
#include "metrics/instruments/resource_monitor.h"
#include "metrics/recording/metrics_collector.h"
#include "metrics/registry/bucket_bounds.h"
#include "metrics/registry/metrics_registry.h"
#include "metrics/registry/prometheus_adapters.h"
#include "metrics/registry/scoped_timer.h"
#include "metrics/sink.h"
#include "metrics/snapshot.h"
#include "metrics/source.h"
