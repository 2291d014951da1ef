#include "http/ingest/statsd/statistics.h"

namespace orchestrator_exporter::http::statsd {
namespace {

constexpr std::size_t kMostConflicts = 200;

constexpr std::array<std::string_view, kMetricKinds> kKinds = {"counter", "gauge", "observer"};
constexpr std::array<std::string_view, kEventErrors> kEventErrorNames = {
    "illegal_negative_counter", "reserved_label", "too_long", "limit"};

double valueOf(const Statistics::Count& count) {
  return static_cast<double>(count.load(std::memory_order_relaxed));
}

void giveCount(Sink& out, std::string_view name, std::string_view help,
               const Statistics::Count& count) {
  out.counter(name, help).add(valueOf(count));
}

}  // namespace

void Statistics::addConflict(MetricKind kind, std::string_view name) {
  const std::lock_guard lock(mutex_);
  std::pair<MetricKind, std::string> key(kind, name);
  if (conflicts_.size() >= kMostConflicts && !conflicts_.contains(key)) key.second = "overflow";
  ++conflicts_[std::move(key)];
}

void Statistics::collect(Sink& out) {
  giveReceived(out);
  giveEvents(out);
  out.gauge("statsd_exporter_loaded_mappings", "Mappings that are in use.")
      .add(valueOf(loadedMappings));
  const auto outcomes = out.counter("statsd_exporter_config_reloads_total",
                                    "Reloads of the mapping file, by how they went.");
  outcomes.add(valueOf(reloads), {{"outcome", "success"}});
  outcomes.add(valueOf(failedReloads), {{"outcome", "failure"}});
}

void Statistics::giveReceived(Sink& out) const {
  giveCount(out, "statsd_exporter_udp_packets_total", "Datagrams that came by UDP.", udpPackets);
  giveCount(out, "statsd_exporter_udp_packet_drops_total",
            "Datagrams that the kernel dropped because they were not read in time.",
            udpPacketDrops);
  giveCount(out, "statsd_exporter_tcp_connections_total", "TCP connections that were taken.",
            tcpConnections);
  giveCount(out, "statsd_exporter_tcp_connection_errors_total",
            "TCP connections that ended with an error.", tcpConnectionErrors);
  giveCount(out, "statsd_exporter_tcp_too_long_lines_total",
            "TCP connections that were closed for a line that is too long.", tcpTooLongLines);
  giveCount(out, "statsd_exporter_unixgram_packets_total",
            "Datagrams that came by the unix socket.", unixgramPackets);
  giveCount(out, "statsd_exporter_lines_total", "Lines that came.", lines);
  giveCount(out, "statsd_exporter_samples_total", "Samples that came, faulty ones too.", samples);
  giveCount(out, "statsd_exporter_tags_total", "Samples with tags.", tags);
  giveCount(out, "statsd_exporter_tag_errors_total", "Tags that were left out.", tagErrors);
  const auto errors = out.counter("statsd_exporter_sample_errors_total",
                                  "Lines and samples that make no sense, by the reason.");
  for (std::size_t i = 0; i < kSampleErrors; ++i) {
    errors.add(valueOf(sampleErrors[i]), {{"reason", nameOf(static_cast<SampleError>(i))}});
  }
}

void Statistics::giveEvents(Sink& out) {
  const auto all = out.counter("statsd_exporter_events_total", "Events, by their type.");
  for (std::size_t i = 0; i < kMetricKinds; ++i) {
    all.add(valueOf(events[i]), {{"type", kKinds[i]}});
  }
  giveCount(out, "statsd_exporter_events_unmapped_total", "Events that no mapping fits.",
            eventsUnmapped);
  const auto actions =
      out.counter("statsd_exporter_events_actions_total", "Events that a mapping fits.");
  actions.add(valueOf(mapped), {{"action", "map"}});
  actions.add(valueOf(dropped), {{"action", "drop"}});
  const auto errors = out.counter("statsd_exporter_events_error_total",
                                  "Events that were not taken, by the reason.");
  for (std::size_t i = 0; i < kEventErrors; ++i) {
    errors.add(valueOf(eventErrors[i]), {{"reason", kEventErrorNames[i]}});
  }
  if (seriesByType_) {
    const auto series = out.gauge("statsd_exporter_metrics_total", "Series, by their type.");
    for (const auto& [type, count] : seriesByType_()) {
      series.add(static_cast<double>(count), {{"type", type}});
    }
  }
  const std::lock_guard lock(mutex_);
  if (conflicts_.empty()) return;
  const auto conflicts = out.counter("statsd_exporter_events_conflict_total",
                                     "Events of a name that has another type.");
  for (const auto& [key, count] : conflicts_) {
    conflicts.add(
        static_cast<double>(count),
        {{"type", kKinds[static_cast<std::size_t>(key.first)]}, {"metric_name", key.second}});
  }
}

}  // namespace orchestrator_exporter::http::statsd
