#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <systemd/sd-bus.h>

#include <cstdlib>

#include "exporter/daemons/bus.h"
#include "exporter/host/collector.h"
#include "tests/support/collectors.h"
#include "tests/support/expositions.h"
#include "tests/support/fake_bus.h"

namespace orchestrator_exporter {

namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kManagerPath = "/org/freedesktop/systemd1";
const std::string kInterface = "org.freedesktop.systemd1.";

struct FakeUnit {
  std::string name;
  std::string activeState = "active";
  std::string loadState = "loaded";
};

// Other bytes than letters and digits are written as _xx.
std::string pathOf(const std::string& unit) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string path = kManagerPath + "/unit/";
  for (const char c : unit) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0) {
      path += c;
    } else {
      path.append(1, '_').append(1, kDigits[byte >> 4]).append(1, kDigits[byte & 15]);
    }
  }
  return path;
}

// A systemd with these units, at version 252.
class FakeSystemd : public FakeService {
 public:
  explicit FakeSystemd(std::vector<FakeUnit> units) {
    method(kInterface + "Manager.ListUnits", [units = std::move(units)](sd_bus_message* reply) {
      sd_bus_message_open_container(reply, 'a', "(ssssssouso)");
      for (const FakeUnit& unit : units) {
        sd_bus_message_append(reply, "(ssssssouso)", unit.name.c_str(), "Some unit",
                              unit.loadState.c_str(), unit.activeState.c_str(), "running", "",
                              pathOf(unit.name).c_str(), 0u, "", "/");
      }
      sd_bus_message_close_container(reply);
    });
    ofManager("Version", "252.39-1~deb12u2");
    ofManager("Virtualization", "kvm");
    ofManager("SystemState", "running");
  }
  FakeSystemd& ofManager(const std::string& name, Value value) {
    property(kManagerPath, kInterface + "Manager", name, std::move(value));
    return *this;
  }
  FakeSystemd& ofUnit(const std::string& unit, const std::string& kind, const std::string& name,
                      Value value) {
    property(pathOf(unit), kInterface + kind, name, std::move(value));
    return *this;
  }
};

const char* const kNoBus = "there is no /usr/bin/dbus-daemon to run a test bus";

std::string samples(const FakeService& systemd, const Flags& flags = {}) {
  const FakeSystemBus bus("org.freedesktop.systemd1", systemd);
  return collectSamples("systemd", TempSystem(), flags);
}

std::string error(const FakeService& systemd, const Flags& flags = {}) {
  const FakeSystemBus bus("org.freedesktop.systemd1", systemd);
  return collectError("systemd", TempSystem(), flags);
}

class Systemd : public testing::Test {
 protected:
  void SetUp() override {
    if (!FakeSystemBus::available()) GTEST_SKIP() << kNoBus;
  }
};

FakeSystemd healthy() {
  FakeSystemd systemd({{"ssh.service"},
                       {"cron.service", "inactive"},
                       {"tmp.mount"},
                       {"home-a.mount"},
                       {"fstrim.timer"},
                       {"dbus.socket"},
                       {"gone.service", "inactive", "not-found"}});
  systemd.ofUnit("ssh.service", "Service", "Type", "notify");
  systemd.ofUnit("ssh.service", "Service", "NRestarts", 3u);
  systemd.ofUnit("ssh.service", "Service", "TasksCurrent", std::uint64_t{7});
  systemd.ofUnit("ssh.service", "Service", "TasksMax", ~std::uint64_t{0});
  systemd.ofUnit("ssh.service", "Unit", "ActiveEnterTimestamp", std::uint64_t{1700000000500000});
  systemd.ofUnit("cron.service", "Service", "Type", "simple");
  systemd.ofUnit("cron.service", "Service", "NRestarts", 0u);
  systemd.ofUnit("cron.service", "Service", "TasksCurrent", ~std::uint64_t{0});
  systemd.ofUnit("cron.service", "Service", "TasksMax", std::uint64_t{4915});
  systemd.ofUnit("fstrim.timer", "Timer", "LastTriggerUSec", std::uint64_t{1699833600123456});
  systemd.ofUnit("dbus.socket", "Socket", "NAccepted", 5u);
  systemd.ofUnit("dbus.socket", "Socket", "NConnections", 2u);
  systemd.ofUnit("dbus.socket", "Socket", "NRefused", 1u);
  return systemd;
}

TEST_F(Systemd, ReportsUnitsTimersAndSockets) {
  EXPECT_EQ(samples(healthy()),
            R"(node_systemd_socket_accepted_connections_total{name="dbus.socket"} 5
node_systemd_socket_current_connections{name="dbus.socket"} 2
node_systemd_socket_refused_connections_total{name="dbus.socket"} 1
node_systemd_system_running 1
node_systemd_timer_last_trigger_seconds{name="fstrim.timer"} 1699833600.123456
node_systemd_unit_state{name="ssh.service",state="activating",type="notify"} 0
node_systemd_unit_state{name="ssh.service",state="active",type="notify"} 1
node_systemd_unit_state{name="ssh.service",state="deactivating",type="notify"} 0
node_systemd_unit_state{name="ssh.service",state="failed",type="notify"} 0
node_systemd_unit_state{name="ssh.service",state="inactive",type="notify"} 0
node_systemd_unit_state{name="cron.service",state="activating",type="simple"} 0
node_systemd_unit_state{name="cron.service",state="active",type="simple"} 0
node_systemd_unit_state{name="cron.service",state="deactivating",type="simple"} 0
node_systemd_unit_state{name="cron.service",state="failed",type="simple"} 0
node_systemd_unit_state{name="cron.service",state="inactive",type="simple"} 1
node_systemd_unit_state{name="fstrim.timer",state="activating",type=""} 0
node_systemd_unit_state{name="fstrim.timer",state="active",type=""} 1
node_systemd_unit_state{name="fstrim.timer",state="deactivating",type=""} 0
node_systemd_unit_state{name="fstrim.timer",state="failed",type=""} 0
node_systemd_unit_state{name="fstrim.timer",state="inactive",type=""} 0
node_systemd_unit_state{name="dbus.socket",state="activating",type=""} 0
node_systemd_unit_state{name="dbus.socket",state="active",type=""} 1
node_systemd_unit_state{name="dbus.socket",state="deactivating",type=""} 0
node_systemd_unit_state{name="dbus.socket",state="failed",type=""} 0
node_systemd_unit_state{name="dbus.socket",state="inactive",type=""} 0
node_systemd_units{state="activating"} 0
node_systemd_units{state="active"} 5
node_systemd_units{state="deactivating"} 0
node_systemd_units{state="failed"} 0
node_systemd_units{state="inactive"} 2
node_systemd_version{version="252.39-1~deb12u2"} 252.39
node_systemd_virtualization_info{virtualization_type="kvm"} 1
)");
}

TEST_F(Systemd, TypesRefusedConnectionsAsAGauge) {
  const FakeSystemd systemd = healthy();
  const FakeSystemBus bus("org.freedesktop.systemd1", systemd);
  const std::string text = collectText("systemd", TempSystem());
  EXPECT_THAT(text, HasSubstr("# TYPE node_systemd_socket_refused_connections_total gauge\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE node_systemd_socket_accepted_connections_total counter\n"));
}

TEST_F(Systemd, ReportsTasksRestartsAndStartTimesOnRequest) {
  const std::string text =
      samples(healthy(), Flags{{"collector.systemd.enable-task-metrics", "true"},
                               {"collector.systemd.enable-restarts-metrics", "true"},
                               {"collector.systemd.enable-start-time-metrics", "true"},
                               {"collector.systemd.unit-include", "(ssh|cron)\\.service"}});
  EXPECT_THAT(text, HasSubstr("node_systemd_service_restart_total{name=\"ssh.service\"} 3\n"
                              "node_systemd_service_restart_total{name=\"cron.service\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("node_systemd_unit_start_time_seconds{name=\"ssh.service\"} "
                              "1700000000.5\n"
                              "node_systemd_unit_start_time_seconds{name=\"cron.service\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("\nnode_systemd_unit_tasks_current{name=\"ssh.service\"} 7\n"
                              "node_systemd_unit_tasks_max{name=\"cron.service\"} 4915\n"));
}

TEST_F(Systemd, TakesWholeNamesThatAreIncludedAndNotExcluded) {
  const auto names = [](const Flags& flags) {
    std::istringstream lines(
        samples(FakeSystemd({{"a.service"}, {"aa.service"}, {"b.service"}, {"c.mount"}}), flags));
    std::string found;
    for (std::string line; std::getline(lines, line);) {
      if (line.find("state=\"active\",type") == std::string::npos) continue;
      found +=
          line.substr(line.find('"') + 1, 1) + (line.find("aa.") != std::string::npos ? "a" : "");
    }
    return found;
  };
  EXPECT_EQ(names({}), "aaab");
  EXPECT_EQ(names(Flags{{"collector.systemd.unit-include", "a.service"}}), "a");
  EXPECT_EQ(names(Flags{{"collector.systemd.unit-exclude", "a.service"}}), "aabc");
  EXPECT_EQ(names(Flags{{"collector.systemd.unit-exclude", ""}}), "aaabc");
  EXPECT_EQ(names(Flags{{"collector.systemd.unit-include", ""}}), "");
  EXPECT_EQ(names(Flags{{"collector.systemd.unit-whitelist", "b.+"}}), "b");
  EXPECT_EQ(names(Flags{{"collector.systemd.unit-blacklist", "b.+"}}), "aaac");
}

TEST(SystemdFlags, RefuseANewAndAnOldNameTogether) {
  EXPECT_EQ(collectError("systemd", TempSystem(),
                         Flags{{"collector.systemd.unit-include", "a"},
                               {"collector.systemd.unit-whitelist", "b"}}),
            "--collector.systemd.unit-whitelist is the old name of "
            "--collector.systemd.unit-include: give only one of them");
  EXPECT_THAT(collectError("systemd", TempSystem(), Flags{{"collector.systemd.unit-exclude", "("}}),
              HasSubstr("--collector.systemd.unit-exclude: bad regular expression"));
}

TEST_F(Systemd, CountsStatesThatItDoesNotKnow) {
  const std::string text = samples(FakeSystemd(
      {{"a.device", "maintenance"}, {"b.device", "reloading"}, {"c.path", "reloading"}}));
  EXPECT_THAT(text, HasSubstr("node_systemd_units{state=\"maintenance\"} 1\n"
                              "node_systemd_units{state=\"reloading\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("{name=\"c.path\",state=\"active\",type=\"\"} 0\n"));
  EXPECT_THAT(text, Not(HasSubstr("a.device")));
}

TEST_F(Systemd, IsNotRunningWhereItIsDegraded) {
  FakeSystemd systemd({});
  systemd.ofManager("SystemState", "degraded");
  EXPECT_THAT(samples(systemd), HasSubstr("node_systemd_system_running 0\n"));
}

TEST_F(Systemd, TellsWhereTheSystemStateIsMissingAndKeepsTheRest) {
  FakeSystemd systemd({});
  systemd.ofManager("SystemState", 5u);
  EXPECT_THAT(samples(systemd), Not(HasSubstr("system_running")));
  const FakeSystemBus bus("org.freedesktop.systemd1", systemd);
  EXPECT_EQ(collectComplaint("systemd", TempSystem()), "systemd does not tell its SystemState");
}

TEST_F(Systemd, AsksASystemdWhoseVersionIsNotKnownForAll) {
  FakeSystemd systemd({{"fstrim.timer"}});
  systemd.ofManager("Version", "rolling");
  systemd.ofUnit("fstrim.timer", "Timer", "LastTriggerUSec", std::uint64_t{1000000});
  const std::string text = samples(systemd);
  EXPECT_THAT(text, HasSubstr("node_systemd_system_running 1\n"));
  EXPECT_THAT(text, HasSubstr("last_trigger_seconds{name=\"fstrim.timer\"} 1\n"));
}

TEST_F(Systemd, ReadsVersionsOfAllKinds) {
  const auto version = [](FakeService::Value value) {
    FakeSystemd systemd({});
    systemd.ofManager("Version", std::move(value));
    const std::string text = samples(systemd);
    const std::size_t at = text.find("node_systemd_version") + 20;
    return text.substr(at, text.find('\n', at) - at);
  };
  EXPECT_EQ(version("v257.4"), "{version=\"v257.4\"} 257.4");
  EXPECT_EQ(version("239 (239-82.el8_10.5)"), "{version=\"239 (239-82.el8_10.5)\"} 239");
  EXPECT_EQ(version("255."), "{version=\"255.\"} 255");
  EXPECT_EQ(version("1.22.254.1"), "{version=\"1.22.254.1\"} 254.1");
  EXPECT_EQ(version("44"), "{version=\"\"} 0");
  EXPECT_EQ(version("unstable"), "{version=\"\"} 0");
  EXPECT_EQ(version(7u), "{version=\"\"} 0");
}

TEST_F(Systemd, AsksAnOldSystemdForLess) {
  FakeSystemd systemd({{"fstrim.timer"}});
  systemd.ofManager("Version", "211");
  systemd.ofUnit("fstrim.timer", "Timer", "LastTriggerUSec", std::uint64_t{1});
  const std::string text = samples(systemd);
  EXPECT_THAT(text, Not(HasSubstr("system_running")));
  EXPECT_THAT(text, Not(HasSubstr("last_trigger")));
  EXPECT_THAT(text, HasSubstr("fstrim.timer"));
}

TEST_F(Systemd, TellsOfNoAndOfUnknownVirtualization) {
  FakeSystemd systemd({});
  systemd.ofManager("Virtualization", "");
  EXPECT_THAT(samples(systemd), HasSubstr("{virtualization_type=\"none\"} 1\n"));
  systemd.ofManager("Virtualization", true);
  EXPECT_THAT(samples(systemd), HasSubstr("{virtualization_type=\"unknown\"} 1\n"));
}

TEST_F(Systemd, LeavesOutWhatAUnitDoesNotTell) {
  FakeSystemd systemd({{"a.service"}, {"b.timer"}, {"c.socket"}, {"d.socket"}});
  systemd.ofUnit("c.socket", "Socket", "NConnections", 2u);
  systemd.ofUnit("d.socket", "Socket", "NAccepted", 4u);
  systemd.ofUnit("d.socket", "Socket", "NConnections", 2u);
  const std::string text =
      samples(systemd, Flags{{"collector.systemd.enable-task-metrics", "true"},
                             {"collector.systemd.enable-restarts-metrics", "true"},
                             {"collector.systemd.enable-start-time-metrics", "true"}});
  EXPECT_THAT(text, HasSubstr("{name=\"a.service\",state=\"active\",type=\"\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("accepted_connections_total{name=\"d.socket\"} 4\n"));
  EXPECT_THAT(text, HasSubstr("current_connections{name=\"c.socket\"} 2\n"));
  for (const char* missing : {"restart_total", "tasks", "start_time", "last_trigger", "refused",
                              "total{name=\"c.socket\"}"}) {
    EXPECT_THAT(text, Not(HasSubstr(missing)));
  }
}

TEST_F(Systemd, FailsWithoutSamplesWhereUnitsCannotBeListed) {
  FakeService nothing;
  nothing.property(kManagerPath, kInterface + "Manager", "Version", "252");
  EXPECT_EQ(error(nothing),
            "system bus: ListUnits: no method org.freedesktop.systemd1.Manager.ListUnits");
  FakeSystemd garbled({});
  garbled.method(kInterface + "Manager.ListUnits",
                 [](sd_bus_message* reply) { sd_bus_message_append(reply, "s", "units"); });
  EXPECT_THAT(error(garbled), HasSubstr("unexpected answer"));
}

TEST_F(Systemd, FailsWhereNobodyIsThere) {
  const FakeService service;
  const FakeSystemBus bus("org.example.other", service);
  EXPECT_THAT(collectError("systemd", TempSystem()), HasSubstr("org.freedesktop.systemd1"));
}

TEST(SystemdBus, FailsWhereThereIsNoBus) {
  setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus", 1);
  EXPECT_EQ(collectError("systemd", TempSystem()), "system bus: No such file or directory");
  unsetenv("DBUS_SYSTEM_BUS_ADDRESS");
}

TEST_F(Systemd, GivesUpAtItsDeadline) {
  for (const char* silent : {"ListUnits", "Virtualization", "Type"}) {
    FakeSystemd systemd = healthy();
    systemd.silent(silent);
    const FakeSystemBus bus("org.freedesktop.systemd1", systemd);
    Kernel kernel{TempSystem().roots()};
    kernel.setDeadline(Kernel::Clock::now() + std::chrono::milliseconds(200));
    const auto writer = ExpositionWriter::make({});
    for (const CollectorDefinition& definition : collectorDefinitions()) {
      if (definition.name != "systemd") continue;
      EXPECT_THROW(definition.make({}, kernel)->collect(kernel, *writer), BusError) << silent;
    }
  }
}

TEST(SystemdPrivate, AsksAtTheSocketOfItsOwn) {
  TempSystem system;
  system.directory("run/systemd");
  const FakeSystemd systemd({{"a.timer"}});
  const FakePrivateSocket socket(system.path("run/systemd/private"), systemd);
  EXPECT_THAT(collectSamples("systemd", system, Flags{{"collector.systemd.private", "true"}}),
              HasSubstr("{name=\"a.timer\",state=\"active\",type=\"\"} 1\n"));
}

TEST(SystemdPrivate, FailsWhereThereIsNoSocket) {
  EXPECT_THAT(collectError("systemd", TempSystem(), Flags{{"collector.systemd.private", "true"}}),
              HasSubstr("run/systemd/private: No such file or directory"));
}

}  // namespace

}  // namespace orchestrator_exporter
