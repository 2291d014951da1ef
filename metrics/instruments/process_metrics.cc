#include "metrics/instruments/process_metrics.h"

#include <array>
#include <string>

#include "metrics/registry/bucket_bounds.h"

namespace orchestrator_exporter {

namespace {

using Identifiers = std::array<std::string_view, 2>;

}  // namespace

ProcessMetrics::ProcessMetrics(MetricsRegistry& registry, ProcessMetricsOptions options)
    : options_(std::move(options)),
      messages_(registry, registry.counter("process_messages_total",
                                           "Messages that a process handled on a port.",
                                           {"process_id", "port"}, options_.families)),
      latency_(registry, registry.histogram("process_message_latency_seconds",
                                            "Time from the arrival of a message to its completion.",
                                            {.bounds = shortTimeBounds()}, {"process_id", "port"},
                                            withUnit(options_.families, "seconds"))),
      queueDepth_(registry, registry.gauge("process_queue_depth", "Messages that wait.",
                                           {"process_id", "port"}, options_.families)),
      processing_(registry, registry.histogram("process_processing_seconds",
                                               "Time spent working on one message.",
                                               {.bounds = shortTimeBounds()}, {"process_id"},
                                               withUnit(options_.families, "seconds"))),
      memory_(registry,
              registry.gauge("process_memory_usage_bytes", "Memory of a process, by kind.",
                             {"process_id", "kind"}, withUnit(options_.families, "bytes"))),
      tasks_(registry, registry.gauge("process_tasks", "Threads, fibres or coroutines now running.",
                                      {"process_id"}, options_.families)),
      cpuTime_(registry,
               registry.counter("process_cpu_time_seconds_total",
                                "CPU time that a process used, by mode.", {"process_id", "mode"},
                                withUnit(options_.families, "seconds"))),
      errors_(registry, registry.counter("process_errors_total", "Errors by type.",
                                         {"process_id", "error_type"}, options_.families)),
      lastError_(registry, registry.gauge("process_last_error_timestamp_seconds",
                                          "Unix time of the last error of a type.",
                                          {"process_id", "error_type"},
                                          withUnit(options_.families, "seconds"))) {}

void ProcessMetrics::recordMessageSeconds(std::string_view process, std::string_view port,
                                          double seconds) noexcept {
  const Identifiers identifiers{process, port};
  latency_.record(identifiers, seconds, [&](const Histogram& latency) {
    latency.observe(seconds);
    // Within, so that a message with a bad latency counts nowhere.
    messages_.record(identifiers, 1, [](const Counter& messages) { messages.add(); });
  });
}

void ProcessMetrics::recordProcessingSeconds(std::string_view process, double seconds) noexcept {
  processing_.record(std::array{process}, seconds,
                     [&](const Histogram& processing) { processing.observe(seconds); });
}

void ProcessMetrics::setQueueDepth(std::string_view process, std::string_view port,
                                   double messages) noexcept {
  queueDepth_.record(Identifiers{process, port}, messages,
                     [&](const Gauge& depth) { depth.set(messages); });
}

void ProcessMetrics::changeQueueDepth(std::string_view process, std::string_view port,
                                      int messages) noexcept {
  queueDepth_.record(Identifiers{process, port}, 0,
                     [&](const Gauge& depth) { depth.add(messages); });
}

void ProcessMetrics::setMemoryUsage(std::string_view process, std::string_view kind,
                                    double bytes) noexcept {
  memory_.record(Identifiers{process, kind}, bytes,
                 [&](const Gauge& memory) { memory.set(bytes); });
}

void ProcessMetrics::setTasks(std::string_view process, double tasks) noexcept {
  tasks_.record(std::array{process}, tasks, [&](const Gauge& gauge) { gauge.set(tasks); });
}

void ProcessMetrics::addCpuTime(std::string_view process, std::string_view mode,
                                double seconds) noexcept {
  cpuTime_.record(Identifiers{process, mode}, seconds,
                  [&](const Counter& time) { time.add(seconds); });
}

void ProcessMetrics::recordError(std::string_view process, std::string_view errorType) noexcept {
  const Identifiers identifiers{process, errorType};
  const auto now = options_.wallClock ? options_.wallClock() : std::chrono::system_clock::now();
  errors_.record(identifiers, 1, [&](const Counter& errors) {
    errors.add();
    const std::chrono::duration<double> unixTime = now.time_since_epoch();
    lastError_.record(identifiers, 0, [&](const Gauge& last) { last.set(unixTime.count()); });
  });
}

}  // namespace orchestrator_exporter
