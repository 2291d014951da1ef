#include "metrics/analysis/bottlenecks/detectors.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace orchestrator_exporter::analysis {

namespace {

using enum Kind;
using Labels = std::vector<std::string>;

double weightOf(Kind kind) {
  constexpr double kWaiting = 1;  // pressure: somebody lost this time
  constexpr double kQueueing = 0.8;
  constexpr double kBusy = 0.6;  // with nobody waiting
  return kind == kPressure ? kWaiting : kind == kUtilisation ? kBusy : kQueueing;
}

Detector ratio(std::string id, std::string expression, Kind kind, double low, double high,
               Labels component = {}) {
  constexpr double kPercent = 100;
  Detector detector{std::move(id),  {}, std::move(expression), kind, low / kPercent,
                    high / kPercent};
  detector.resource = detector.id.substr(0, detector.id.find('.'));
  detector.weight = weightOf(kind);
  detector.component = std::move(component);
  detector.unit = "ratio";
  return detector;
}

Detector logarithmic(std::string id, std::string expression, Kind kind, double low, double high,
                     std::string_view unit, Labels component = {}) {
  constexpr double kPercent = 100;
  Detector detector = ratio(std::move(id), std::move(expression), kind, low * kPercent,
                            high * kPercent, std::move(component));
  detector.low = low;
  detector.high = high;
  detector.logarithmic = true;
  detector.unit = unit;
  return detector;
}

Detector count(std::string id, std::string expression, Kind kind, double low, double high,
               Labels component = {}) {
  Detector detector =
      logarithmic(std::move(id), std::move(expression), kind, low, high, {}, std::move(component));
  detector.logarithmic = false;
  return detector;
}

Detector weighted(Detector detector, double weight) {
  detector.weight = weight;
  return detector;
}

std::string rate(const std::string& family) { return recentRate(family); }

std::string p95(const std::string& family, const std::string& by) {
  return "histogram_quantile(0.95, sum by (instance, " + by + ", le) (" + rate(family + "_bucket") +
         "))";
}

// The share of the CPUs that works, each over the last minute or five.
const std::string& cpuUtilisation() {
  static const std::string text = "(1 - avg without (cpu) (sum without (mode) (" +
                                  rate("node_cpu_seconds_total{mode=~\"idle|iowait|steal\"}") +
                                  ")) or instance:node_cpu_utilisation:rate5m)";
  return text;
}

std::string quantileOf(const std::string& q, const std::string& family) {
  return "histogram_quantile(" + q + ", sum by (le) (" + rate(family + "_bucket") + "))";
}

std::vector<Detector> cpu() {
  return {
      ratio("cpu.utilisation", cpuUtilisation(), kUtilisation, 80, 100),
      ratio("cpu.pressure", rate("node_pressure_cpu_waiting_seconds_total"), kPressure, 20, 80),
      ratio("cpu.run_queue",
            "avg without (cpu) (" + rate("node_schedstat_waiting_seconds_total") + ")", kSaturation,
            20, 100),
      ratio("cpu.steal",
            "avg without (cpu, mode) (" + rate("node_cpu_seconds_total{mode=\"steal\"}") +
                ") or instance:node_cpu_steal:rate5m",
            kErrors, 5, 30),
      ratio("cpu.throttled",
            "sum by (instance, cgroup) (" + rate("cgroup_cpu_throttled_periods_total") +
                ") / (sum by (instance, cgroup) (" + rate("cgroup_cpu_periods_total") + ") > 0)",
            kSaturation, 10, 75, {"cgroup"}),
      // One CPU that is always busy while the machine is not: a program of one thread.
      weighted(ratio("cpu.one_core",
                     "max without (cpu) (1 - sum without (mode) (" +
                         rate("node_cpu_seconds_total{mode=~\"idle|iowait\"}") +
                         ")) and on (instance) (" + cpuUtilisation() + " < 0.8)",
                     kUtilisation, 95, 100),
               0.3),
  };
}

std::vector<Detector> memory() {
  return {
      ratio("memory.utilisation", "instance:node_memory_utilisation:ratio", kUtilisation, 75, 98),
      ratio("memory.pressure", rate("node_pressure_memory_stalled_seconds_total"), kPressure, 2,
            20),
      ratio("memory.some", rate("node_pressure_memory_waiting_seconds_total"), kPressure, 10, 50),
      logarithmic("memory.swapping",
                  rate("node_vmstat_pswpin") + " + " + rate("node_vmstat_pswpout"), kSaturation,
                  100, 5000, "pages/s"),
      logarithmic("memory.faults", rate("node_vmstat_pgmajfault"), kSaturation, 200, 5000, "1/s"),
      count("memory.oom", "increase(node_vmstat_oom_kill[15m])", kErrors, 0, 1),
      count("memory.oom",
            "sum by (instance, cgroup) "
            "(increase(cgroup_memory_events_total{event=\"oom_kill\"}[15m]))",
            kErrors, 0, 1, {"cgroup"}),
      // Page cache that nobody used lately can go at once and does not count.
      ratio("memory.cgroup_limit",
            "(cgroup_memory_current_bytes - on (job, instance, cgroup) "
            "cgroup_memory_stat_bytes{field=\"inactive_file\"}) "
            "/ on (job, instance, cgroup) (cgroup_memory_limit_bytes > 0)",
            kUtilisation, 85, 100, {"cgroup"}),
  };
}

std::vector<Detector> io() {
  const std::string usable = "{fstype!~\"tmpfs|ramfs|overlay|squashfs\"}";
  return {
      weighted(ratio("io.utilisation",
                     rate("node_disk_io_time_seconds_total{device!=\"\"}") +
                         " or instance_device:node_disk_io_time_seconds:rate5m",
                     kUtilisation, 80, 100, {"device"}),
               0.4),
      ratio("io.pressure", rate("node_pressure_io_stalled_seconds_total"), kPressure, 10, 50),
      logarithmic("io.latency",
                  "(" + rate("node_disk_read_time_seconds_total") + " + " +
                      rate("node_disk_write_time_seconds_total") + ") / ((" +
                      rate("node_disk_reads_completed_total") + " + " +
                      rate("node_disk_writes_completed_total") +
                      ") > 0) or instance_device:node_disk_request_seconds:mean5m",
                  kSaturation, 0.02, 1, "s", {"device"}),
      logarithmic("io.queue", rate("node_disk_io_time_weighted_seconds_total"), kSaturation, 4, 64,
                  "requests", {"device"}),
      ratio("io.space",
            "1 - node_filesystem_avail_bytes" + usable + " / (node_filesystem_size_bytes > 0)",
            kUtilisation, 85, 98, {"mountpoint"}),
      ratio("io.inodes",
            "1 - node_filesystem_files_free" + usable + " / (node_filesystem_files > 0)",
            kUtilisation, 85, 98, {"mountpoint"}),
  };
}

std::vector<Detector> database() {
  return {
      logarithmic("database.latency", p95("db_query_duration_seconds", "database"), kSaturation,
                  0.25, 4, "s", {"database"}),
      ratio("database.errors",
            "sum by (instance, database) (" + rate("db_query_errors_total") +
                ") / (sum by (instance, database) (" + rate("db_queries_total") +
                ") > 0) and sum by (instance, database) (increase(db_queries_total[5m])) >= 10",
            kErrors, 1, 20, {"database"}),
  };
}

// The share of packets of a kind, both directions, of devices with more than one a second.
std::string packetShare(const std::string& kind) {
  const auto both = [](const std::string& what) {
    return "(" + rate("node_network_receive_" + what + "_total") + " + " +
           rate("node_network_transmit_" + what + "_total") + ")";
  };
  return both(kind) + " / (" + both("packets") + " > 1)";
}

std::vector<Detector> network() {
  const auto share = [](const std::string& direction) {
    return "(" + rate("node_network_" + direction + "_bytes_total") +
           " / on (instance, device) (node_network_speed_bytes > 0))";
  };
  const std::string receive = share("receive");
  const std::string transmit = share("transmit");
  constexpr double kPercent = 0.01;
  return {
      ratio("network.utilisation",
            "(" + receive + " >= " + transmit + ") or " + transmit + " or " + receive, kUtilisation,
            60, 95, {"device"}),
      logarithmic("network.drops", packetShare("drop"), kSaturation, 0.1 * kPercent, 5 * kPercent,
                  "ratio", {"device"}),
      // What its queue drops a device does not count.
      logarithmic("network.drops",
                  rate("node_qdisc_drops_total") + " / (" + rate("node_qdisc_packets_total") +
                      " + " + rate("node_qdisc_drops_total") + " > 1)",
                  kSaturation, 0.1 * kPercent, 5 * kPercent, "ratio", {"device"}),
      logarithmic("network.errors", packetShare("errs"), kErrors, 0.1 * kPercent, 5 * kPercent,
                  "ratio", {"device"}),
      ratio("network.retransmits",
            rate("node_netstat_Tcp_RetransSegs") + " / (" + rate("node_netstat_Tcp_OutSegs") +
                " > 10)",
            kErrors, 2, 15),
      logarithmic("network.backlog", rate("node_netstat_TcpExt_ListenOverflows"), kSaturation, 0.1,
                  10, "1/s"),
      logarithmic("network.backlog",
                  "sum without (cpu) (" + rate("node_softnet_dropped_total") + ")", kSaturation, 1,
                  100, "1/s"),
      ratio("network.backlog", "node_nf_conntrack_entries / (node_nf_conntrack_entries_limit > 0)",
            kSaturation, 75, 98),
      logarithmic("network.latency", p95("network_latency_seconds", "from_process, to_process"),
                  kSaturation, 0.05, 1, "s", {"from_process", "to_process"}),
  };
}

std::vector<Detector> coordination() {
  const std::string delegations = "orchestrator_federation_delegations_total";
  return {
      logarithmic("coordination.latency",
                  p95("orchestrator_message_latency_seconds", "orchestrator_id"), kSaturation, 0.5,
                  8, "s", {"orchestrator_id"}),
      logarithmic("coordination.queue",
                  "process_queue_depth and deriv(process_queue_depth[10m]) > 0", kSaturation, 50,
                  2000, "messages", {"process_id", "port"}),
      logarithmic("coordination.queue",
                  "network_message_backlog and deriv(network_message_backlog[10m]) > 0",
                  kSaturation, 50, 2000, "messages", {"process_id", "port"}),
      ratio("coordination.load", "avg_over_time(orchestrator_node_load[5m])", kUtilisation, 80, 100,
            {"node_id"}),
      ratio("coordination.rejected",
            "sum by (instance, to_orchestrator) (increase(" + delegations +
                "{status!=\"success\"}[10m])) / (sum by (instance, to_orchestrator) (increase(" +
                delegations + "[10m])) >= 5)",
            kErrors, 10, 60, {"to_orchestrator"}),
      count("coordination.breaker", "network_circuit_breaker_state{state=\"open\"}", kErrors, 0, 1,
            {"breaker"}),
  };
}

std::vector<Detector> programs() {
  const std::string requests = "http_request_duration_seconds";
  const auto seconds = [](std::string id, std::string expression, double low, double high) {
    Detector detector = count(std::move(id), std::move(expression), kSaturation, low, high);
    detector.unit = "s";
    return detector;
  };
  return {
      logarithmic("service.latency", p95(requests, "route"), kSaturation, 0.25, 4, "s", {"route"}),
      ratio("service.errors",
            "sum by (instance, route) (" + rate(requests + "_count{status=~\"5..\"}") +
                ") / (sum by (instance, route) (" + rate(requests + "_count") + ") > 0)",
            kErrors, 1, 20, {"route"}),
      logarithmic("ui.frames", quantileOf("0.5", "browser_frame_duration_seconds"), kSaturation,
                  1.0 / 60, 1.0 / 15, "s"),
      seconds("ui.interaction", quantileOf("0.75", "browser_interaction_to_next_paint_seconds"),
              0.2, 0.5),
      seconds("ui.paint", quantileOf("0.75", "browser_first_contentful_paint_seconds"), 1.8, 3),
      count("ui.shift", quantileOf("0.75", "browser_cumulative_layout_shift"), kSaturation, 0.1,
            0.25),
  };
}

}  // namespace

std::string_view nameOf(Kind kind) {
  constexpr std::array<std::string_view, 4> kNames = {"utilisation", "saturation", "errors",
                                                      "pressure"};
  return kNames.at(static_cast<std::size_t>(kind));
}

std::string recentRate(const std::string& selector) {
  return "(rate(" + selector + "[1m]) or (rate(" + selector + "[5m]) and " + selector + "))";
}

double Detector::severity(double value) const {
  if (std::isnan(value) || !(high > low)) return 0;
  if (!logarithmic) return std::clamp((value - low) / (high - low), 0.0, 1.0);
  if (value <= low) return 0;
  return std::clamp(std::log(value / low) / std::log(high / low), 0.0, 1.0);
}

const std::vector<Detector>& detectors() {
  static const std::vector<Detector> all = [] {
    std::vector<Detector> list;
    for (auto& part : {cpu(), memory(), io(), database(), network(), coordination(), programs()}) {
      list.insert(list.end(), part.begin(), part.end());
    }
    return list;
  }();
  return all;
}

}  // namespace orchestrator_exporter::analysis
