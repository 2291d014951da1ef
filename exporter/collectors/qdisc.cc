#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"
#include "exporter/host/pattern.h"
#include "exporter/kernel/network/interface_names.h"
#include "exporter/kernel/network/json_records.h"
#include "exporter/kernel/network/route_netlink.h"

namespace orchestrator_exporter {

namespace {

struct Family {
  MetricType type;
  std::string_view name;
  std::string_view help;
  double (*value)(const QueueingDiscipline&);
};

constexpr Family kFamilies[] = {
    {MetricType::kCounter, "node_qdisc_bytes_total", "Bytes sent.",
     [](const QueueingDiscipline& d) { return static_cast<double>(d.bytes); }},
    {MetricType::kCounter, "node_qdisc_packets_total", "Packets sent.",
     [](const QueueingDiscipline& d) -> double { return d.packets; }},
    {MetricType::kCounter, "node_qdisc_drops_total", "Packets dropped.",
     [](const QueueingDiscipline& d) -> double { return d.drops; }},
    {MetricType::kCounter, "node_qdisc_requeues_total",
     "Packets put back into the queue because the device could not take them.",
     [](const QueueingDiscipline& d) -> double { return d.requeues; }},
    {MetricType::kCounter, "node_qdisc_overlimits_total", "Packets that met a limit.",
     [](const QueueingDiscipline& d) -> double { return d.overlimits; }},
    {MetricType::kGauge, "node_qdisc_current_queue_length", "Packets that wait to be sent.",
     [](const QueueingDiscipline& d) -> double { return d.queueLength; }},
    {MetricType::kGauge, "node_qdisc_backlog", "Bytes that wait to be sent.",
     [](const QueueingDiscipline& d) -> double { return d.backlog; }},
};

struct NamedDiscipline {
  std::string device;
  QueueingDiscipline discipline;
};

NamedDiscipline readRecord(const JsonRecord& record) {
  const auto number = [&](std::string_view name) {
    return static_cast<std::uint32_t>(record.unsignedInteger(name, UINT32_MAX));
  };
  QueueingDiscipline discipline;
  discipline.parent = number("Parent");
  discipline.kind = record.text("Kind");
  discipline.bytes = record.unsignedInteger("Bytes");
  discipline.packets = number("Packets");
  discipline.drops = number("Drops");
  discipline.requeues = number("Requeues");
  discipline.overlimits = number("Overlimits");
  discipline.queueLength = number("Qlen");
  discipline.backlog = number("Backlog");
  return {record.text("IfaceName"), discipline};
}

class Qdisc final : public Collector {
 public:
  explicit Qdisc(const Flags& flags)
      : filter_(NameFilter::oneOf(
            flags, "collector.qdisc.device-include", "collector.qdisc.device-exclude",
            "collector.qdisk.device-include", "collector.qdisk.device-exclude")) {
    const std::string& fixtures = flags.text("collector.qdisc.fixtures");
    if (!fixtures.empty()) file_ = std::filesystem::absolute(fixtures) / "results.json";
  }

  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    for (const auto& [device, discipline] : file_.empty() ? readNetlink() : readFile(kernel)) {
      if (discipline.parent != 0 || !filter_.takes(device)) continue;
      for (const Family& family : kFamilies) {
        ScalarFamily(out.family({family.name, family.help, family.type}))
            .add(family.value(discipline), {{"device", device}, {"kind", discipline.kind}});
      }
    }
  }

  std::string complaint() const override { return complaints_.text(); }

 private:
  std::vector<NamedDiscipline> readNetlink() {
    InterfaceNames names;
    std::vector<NamedDiscipline> disciplines;
    for (QueueingDiscipline& discipline : netlink_.queueingDisciplines()) {
      // Those below the root are part of it.
      if (discipline.parent != 0) continue;
      std::string device(names.of(discipline.interfaceIndex));
      if (device.empty()) continue;  // it went away just now
      disciplines.push_back({std::move(device), std::move(discipline)});
    }
    return disciplines;
  }

  std::vector<NamedDiscipline> readFile(Kernel& kernel) {
    const auto file = JsonFile::read(kernel, file_);
    if (!file) throw ReadError(ENOENT, file_);
    std::vector<NamedDiscipline> disciplines;
    for (std::size_t i = 0; i < file->size(); ++i) {
      complaints_.attempt([&] { disciplines.push_back(readRecord(file->item(i))); });
    }
    complaints_.failIfNothingWasRead();
    return disciplines;
  }

  NameFilter filter_;
  std::string file_;  // empty: netlink
  Complaints complaints_;
  RouteNetlink netlink_;
};

const RegisterCollector<Qdisc> qdisc{
    {.name = "qdisc",
     .onByDefault = kOffByDefault,
     .flags = {textFlag("collector.qdisc.fixtures", "",
                        "Directory with a results.json to read instead of asking netlink."),
               patternFlag("collector.qdisc.device-include", "",
                           "Regular expression of the network devices to report; not together with "
                           "device-exclude."),
               patternFlag(
                   "collector.qdisc.device-exclude", "",
                   "Regular expression of the network devices to leave out; not together with "
                   "device-include."),
               hiddenFlag(patternFlag("collector.qdisk.device-include", "",
                                      "Old name of collector.qdisc.device-include.")),
               hiddenFlag(patternFlag("collector.qdisk.device-exclude", "",
                                      "Old name of collector.qdisc.device-exclude."))},
     .reads = "netlink RTM_GETQDISC"}};

}  // namespace

}  // namespace orchestrator_exporter
