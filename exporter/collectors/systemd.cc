#include <algorithm>
#include <array>
#include <map>

#include "exporter/daemons/bus.h"
#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"
#include "exporter/host/pattern.h"
#include "metrics/base/number_parse.h"

namespace orchestrator_exporter {

namespace {

constexpr const char* kName = "org.freedesktop.systemd1";
constexpr const char* kManager = "org.freedesktop.systemd1.Manager";
constexpr const char* kUnit = "org.freedesktop.systemd1.Unit";
constexpr const char* kService = "org.freedesktop.systemd1.Service";
constexpr const char* kMount = "org.freedesktop.systemd1.Mount";
constexpr const char* kSocket = "org.freedesktop.systemd1.Socket";
constexpr const char* kTimer = "org.freedesktop.systemd1.Timer";

constexpr std::array<std::string_view, 5> kStates = {"activating", "active", "deactivating",
                                                     "failed", "inactive"};
constexpr double kMicroseconds = 1e6;  // of a second

// All ones say that there is no such number.
constexpr std::uint64_t kNotSet = ~std::uint64_t{0};

struct Unit {
  std::string name;
  std::string activeState;
  BusObject object;

  bool is(std::string_view suffix) const { return name.ends_with(suffix); }
};

Pattern unitPattern(const Flags& flags, std::string_view name, std::string_view oldName) {
  const std::string_view spoken = spokenName(flags, name, oldName);
  return {spoken, flags.text(spoken), Pattern::Anchor::kBoth};
}

// The first number of at least three digits, with its fraction: 252.39 of `252.39-1~deb12u2`.
std::optional<double> versionNumber(std::string_view version) {
  const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
  const auto digitsAt = [&](std::size_t at) {
    std::size_t end = at;
    while (end < version.size() && isDigit(version[end])) ++end;
    return end - at;
  };
  for (std::size_t at = 0; at < version.size(); ++at) {
    std::size_t size = digitsAt(at);
    if (size < 3) {
      at += size;
      continue;
    }
    if (version.substr(at + size).starts_with('.')) {
      const std::size_t fraction = digitsAt(at + size + 1);
      if (fraction > 0) size += 1 + fraction;
    }
    return parseNumber(version.substr(at, size));
  }
  return std::nullopt;
}

class Systemd final : public Collector {
 public:
  explicit Systemd(const Flags& flags)
      : include_(unitPattern(flags, "collector.systemd.unit-include",
                             "collector.systemd.unit-whitelist")),
        exclude_(unitPattern(flags, "collector.systemd.unit-exclude",
                             "collector.systemd.unit-blacklist")),
        private_(flags.enabled("collector.systemd.private")),
        tasks_(flags.enabled("collector.systemd.enable-task-metrics")),
        restarts_(flags.enabled("collector.systemd.enable-restarts-metrics")),
        startTimes_(flags.enabled("collector.systemd.enable-start-time-metrics")) {}

  bool mayBlock() const override { return true; }

  void collect(Kernel& kernel, Sink& out) override;
  std::string complaint() const override { return complaints_.text(); }

 private:
  // Gives how many units are in which state, and returns those that are loaded and wanted.
  std::vector<Unit> readUnits(Bus& bus, Sink& out) const;
  void giveUnit(Bus& bus, const Unit& unit, bool timers, Sink& out) const;

  Pattern include_;
  Pattern exclude_;
  bool private_;
  bool tasks_;
  bool restarts_;
  bool startTimes_;
  Complaints complaints_;
};

const BusObject& manager() {
  static const BusObject object{kName, "/org/freedesktop/systemd1"};
  return object;
}

// Gives the manager's version, 0 as node_exporter does if it does not tell.
std::optional<double> giveVersion(Bus& bus, Sink& out) {
  const std::string full = bus.text(manager(), kManager, "Version").value_or("");
  const auto number = versionNumber(full);
  out.gauge("node_systemd_version", "Version of systemd; the label has it in full.")
      .add(number.value_or(0), {{"version", number ? full : ""}});
  return number;
}

void giveVirtualization(Bus& bus, Sink& out) {
  std::string kind = bus.text(manager(), kManager, "Virtualization").value_or("unknown");
  if (kind.empty()) kind = "none";
  out.gauge("node_systemd_virtualization_info",
            "Virtualization that systemd has detected; constant 1.")
      .add(1, {{"virtualization_type", kind}});
}

// False if systemd does not tell.
bool giveSystemState(Bus& bus, Sink& out) {
  const auto state = bus.text(manager(), kManager, "SystemState");
  if (!state) return false;
  out.gauge("node_systemd_system_running", "Whether the system runs and no unit has failed.")
      .add(*state == "running" ? 1 : 0);
  return true;
}

std::vector<Unit> Systemd::readUnits(Bus& bus, Sink& out) const {
  std::map<std::string, double, std::less<>> byState;
  for (const std::string_view state : kStates) byState.emplace(state, 0);
  std::vector<Unit> wanted;
  BusReply reply = bus.call(manager(), kManager, "ListUnits");
  reply.enterArray("(ssssssouso)");
  while (reply.enterStruct("ssssssouso")) {
    Unit unit{.name = reply.text(), .activeState = {}, .object = {kName, {}}};
    reply.text();  // description
    const bool loaded = std::string_view(reply.text()) == "loaded";
    unit.activeState = reply.text();
    reply.text();  // sub-state
    reply.text();  // the unit that this one follows
    unit.object.path = reply.text();
    reply.number();  // job
    reply.text();    // kind of the job
    reply.text();    // path of the job
    reply.leave();
    ++byState[unit.activeState];
    if (loaded && include_.matches(unit.name) && !exclude_.matches(unit.name)) {
      wanted.push_back(std::move(unit));
    }
  }
  const auto units = out.gauge("node_systemd_units", "Units of systemd by their active state.");
  for (const auto& [state, count] : byState) units.add(count, {{"state", state}});
  return wanted;
}

void giveStates(Bus& bus, const Unit& unit, Sink& out) {
  std::string type;
  if (unit.is(".service")) type = bus.text(unit.object, kService, "Type").value_or("");
  if (unit.is(".mount")) type = bus.text(unit.object, kMount, "Type").value_or("");
  const auto states =
      out.gauge("node_systemd_unit_state",
                "Whether the unit is in this state; type as of services and mounts.");
  for (const std::string_view state : kStates) {
    states.add(state == unit.activeState ? 1 : 0,
               {{"name", unit.name}, {"state", state}, {"type", type}});
  }
}

void giveRestarts(Bus& bus, const Unit& unit, Sink& out) {
  const auto restarts = bus.number(unit.object, kService, "NRestarts");
  if (!restarts) return;
  out.counter("node_systemd_service_restart_total", "Times that systemd restarted the service.")
      .add(static_cast<double>(*restarts), {{"name", unit.name}});
}

void giveTasks(Bus& bus, const Unit& unit, Sink& out) {
  const auto current = bus.number(unit.object, kService, "TasksCurrent");
  if (current && *current != kNotSet) {
    out.gauge("node_systemd_unit_tasks_current", "Tasks of the unit.")
        .add(static_cast<double>(*current), {{"name", unit.name}});
  }
  const auto most = bus.number(unit.object, kService, "TasksMax");
  if (most && *most != kNotSet) {
    out.gauge("node_systemd_unit_tasks_max", "Most tasks that the unit may have.")
        .add(static_cast<double>(*most), {{"name", unit.name}});
  }
}

void giveStartTime(Bus& bus, const Unit& unit, Sink& out) {
  std::optional<std::uint64_t> time = 0;
  if (unit.activeState == "active") {
    time = bus.number(unit.object, kUnit, "ActiveEnterTimestamp");
  }
  if (!time) return;
  out.gauge("node_systemd_unit_start_time_seconds",
            "When the unit became active, Unix time; 0 where it is not.")
      .add(static_cast<double>(*time) / kMicroseconds, {{"name", unit.name}});
}

void giveTimer(Bus& bus, const Unit& unit, Sink& out) {
  const auto time = bus.number(unit.object, kTimer, "LastTriggerUSec");
  if (!time) return;
  out.gauge("node_systemd_timer_last_trigger_seconds", "When the timer last elapsed, Unix time.")
      .add(static_cast<double>(*time) / kMicroseconds, {{"name", unit.name}});
}

void giveSocket(Bus& bus, const Unit& unit, Sink& out) {
  const auto give = [&](const ScalarFamily& family, const char* property) {
    const auto number = bus.number(unit.object, kSocket, property);
    if (number) family.add(static_cast<double>(*number), {{"name", unit.name}});
  };
  give(
      out.counter("node_systemd_socket_accepted_connections_total", "Connections accepted so far."),
      "NAccepted");
  give(out.gauge("node_systemd_socket_current_connections", "Connections that are open."),
       "NConnections");
  // No counter in node_exporter either, against its name.
  give(out.gauge("node_systemd_socket_refused_connections_total", "Connections refused so far."),
       "NRefused");
}

void Systemd::giveUnit(Bus& bus, const Unit& unit, bool timers, Sink& out) const {
  giveStates(bus, unit, out);
  if (restarts_ && unit.is(".service")) giveRestarts(bus, unit, out);
  if (tasks_ && unit.is(".service")) giveTasks(bus, unit, out);
  if (startTimes_) giveStartTime(bus, unit, out);
  if (timers && unit.is(".timer")) giveTimer(bus, unit, out);
  if (unit.is(".socket")) giveSocket(bus, unit, out);
}

void Systemd::collect(Kernel& kernel, Sink& out) {
  constexpr double kWithSystemState = 212;
  complaints_.clear();
  Bus bus = private_ ? Bus::direct(kernel.resolve("run/systemd/private"), kernel.deadline())
                     : Bus::system(kernel.deadline());
  const std::vector<Unit> units = readUnits(bus, out);
  const bool recent = giveVersion(bus, out).value_or(kWithSystemState) >= kWithSystemState;
  giveVirtualization(bus, out);
  for (const Unit& unit : units) giveUnit(bus, unit, recent, out);
  if (recent && !giveSystemState(bus, out)) {
    complaints_.add("systemd does not tell its SystemState");
  }
}

const RegisterCollector<Systemd> systemd{
    {.name = "systemd",
     .onByDefault = kOffByDefault,
     .flags = {patternFlag("collector.systemd.unit-include", ".+",
                           "Units to take: a regular expression for the whole name."),
               patternFlag("collector.systemd.unit-exclude",
                           ".+\\.(automount|device|mount|scope|slice)",
                           "Units to leave out: a regular expression for the whole name."),
               switchFlag("collector.systemd.enable-task-metrics", false,
                          "Give the tasks of services."),
               switchFlag("collector.systemd.enable-restarts-metrics", false,
                          "Give how often services were restarted."),
               switchFlag("collector.systemd.enable-start-time-metrics", false,
                          "Give when units became active."),
               hiddenFlag(switchFlag("collector.systemd.private", false,
                                     "Ask systemd at its own socket, without a bus.")),
               hiddenFlag(patternFlag("collector.systemd.unit-whitelist", "",
                                      "Old name of --collector.systemd.unit-include.")),
               hiddenFlag(patternFlag("collector.systemd.unit-blacklist", "",
                                      "Old name of --collector.systemd.unit-exclude."))},
     .reads = "org.freedesktop.systemd1 on the system bus, or run/systemd/private",
     .needs = "a system bus that lets it ask; for --collector.systemd.private root"}};

}  // namespace

}  // namespace orchestrator_exporter
