#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <systemd/sd-bus.h>

#include <algorithm>
#include <sstream>

#include "tests/support/collectors.h"
#include "tests/support/fake_bus.h"

namespace orchestrator_exporter {

namespace {

using testing::HasSubstr;

const std::string kPath = "/org/freedesktop/login1";
const std::string kInterface = "org.freedesktop.login1.";

struct FakeSession {
  std::string id;
  std::string seat = "";
  FakeService::Value remote = false;
  FakeService::Value type = "tty";
  FakeService::Value sessionClass = "user";
};

// A logind with these seats and sessions.
FakeService logind(std::vector<std::string> seats, const std::vector<FakeSession>& sessions) {
  FakeService service;
  service.method(kInterface + "Manager.ListSeats", [seats](sd_bus_message* reply) {
    sd_bus_message_open_container(reply, 'a', "(so)");
    for (const std::string& seat : seats) {
      sd_bus_message_append(reply, "(so)", seat.c_str(), (kPath + "/seat/" + seat).c_str());
    }
    sd_bus_message_close_container(reply);
  });
  service.method(kInterface + "Manager.ListSessions", [sessions](sd_bus_message* reply) {
    sd_bus_message_open_container(reply, 'a', "(susso)");
    for (const FakeSession& session : sessions) {
      sd_bus_message_append(reply, "(susso)", session.id.c_str(), 1000u, "somebody",
                            session.seat.c_str(), (kPath + "/session/_" + session.id).c_str());
    }
    sd_bus_message_close_container(reply);
  });
  for (const FakeSession& session : sessions) {
    const std::string path = kPath + "/session/_" + session.id;
    service.property(path, kInterface + "Session", "Remote", session.remote);
    service.property(path, kInterface + "Session", "Type", session.type);
    service.property(path, kInterface + "Session", "Class", session.sessionClass);
  }
  return service;
}

std::string samples(const FakeService& service) {
  const FakeSystemBus bus("org.freedesktop.login1", service);
  return collectSamples("logind", TempSystem());
}

// Only those above zero.
std::string sessions(const FakeService& service) {
  std::istringstream lines(samples(service));
  std::string kept;
  for (std::string line; std::getline(lines, line);) {
    if (!line.ends_with(" 0")) kept += line.substr(line.find('{')) + "\n";
  }
  return kept;
}

std::string error(const FakeService& service) {
  const FakeSystemBus bus("org.freedesktop.login1", service);
  return collectError("logind", TempSystem());
}

class Logind : public testing::Test {
 protected:
  void SetUp() override {
    if (!FakeSystemBus::available()) GTEST_SKIP() << "there is no dbus-daemon to run a test bus";
  }
};

TEST_F(Logind, CountsSessionsByTheirKind) {
  EXPECT_EQ(sessions(logind({"seat0"}, {{"1", "seat0", false, "wayland"},
                                        {"2", "", true, "tty"},
                                        {"3", "", true, "tty"},
                                        {"c1", "seat0", false, "x11", "greeter"}})),
            "{class=\"greeter\",remote=\"false\",seat=\"seat0\",type=\"x11\"} 1\n"
            "{class=\"user\",remote=\"false\",seat=\"seat0\",type=\"wayland\"} 1\n"
            "{class=\"user\",remote=\"true\",seat=\"\",type=\"tty\"} 2\n");
}

TEST_F(Logind, GivesEveryKindAtEverySeatAndAtNone) {
  const std::string text = samples(logind({"seat0", "seat1"}, {}));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3 * 2 * 7 * 5);
  for (const char* type : {"other", "unspecified", "tty", "x11", "wayland", "mir", "web"}) {
    for (const char* kind : {"other", "user", "greeter", "lock-screen", "background"}) {
      for (const char* seat : {"", "seat0", "seat1"}) {
        for (const char* remote : {"true", "false"}) {
          EXPECT_THAT(text, HasSubstr(std::string("{class=\"") + kind + "\",remote=\"" + remote +
                                      "\",seat=\"" + seat + "\",type=\"" + type + "\"} 0\n"));
        }
      }
    }
  }
}

TEST_F(Logind, CountsUnknownTypesAndClassesAsOther) {
  EXPECT_EQ(sessions(logind({}, {{"1", "", false, "holodeck", "manager"}})),
            "{class=\"other\",remote=\"false\",seat=\"\",type=\"other\"} 1\n");
}

TEST_F(Logind, SkipsSessionsThatCannotBeRead) {
  EXPECT_EQ(
      sessions(logind({}, {{"1", "", 5u}, {"2", "", false, 5u}, {"3", "", false, "tty", 5u}})), "");
}

TEST_F(Logind, LeavesOutSessionsAtSeatsThatAreNotThere) {
  EXPECT_EQ(sessions(logind({"seat0"}, {{"1", "seat7"}})), "");
}

TEST_F(Logind, FailsWhereAListIsMissing) {
  EXPECT_EQ(error(FakeService()),
            "system bus: ListSeats: no method org.freedesktop.login1.Manager.ListSeats");
  FakeService service = logind({}, {});
  service.method(kInterface + "Manager.ListSessions",
                 [](sd_bus_message* reply) { sd_bus_message_append(reply, "s", "sessions"); });
  EXPECT_THAT(error(service), HasSubstr("unexpected answer"));
}

TEST(LogindBus, FailsWhereThereIsNoBus) {
  setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus", 1);
  EXPECT_EQ(collectError("logind", TempSystem()), "system bus: No such file or directory");
  unsetenv("DBUS_SYSTEM_BUS_ADDRESS");
}

}  // namespace

}  // namespace orchestrator_exporter
