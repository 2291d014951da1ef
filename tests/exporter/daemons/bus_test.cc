#include "exporter/daemons/bus.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <systemd/sd-bus.h>

#include <cstring>
#include <optional>
#include <string>

#include "exporter/kernel/descriptor.h"
#include "tests/support/collectors.h"
#include "tests/support/fake_bus.h"

namespace orchestrator_exporter {

namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

constexpr const char* kInterface = "org.example.Thing";
const BusObject kObject{"org.example", "/org/example/thing"};

Bus::Clock::time_point after(milliseconds time) { return Bus::Clock::now() + time; }

// What the act throws as a BusError.
template <typename Act>
std::string errorOf(Act act) {
  try {
    act();
  } catch (const BusError& error) {
    return error.what();
  }
  return {};
}

// A service at a socket of its own, as systemd has one, and a connection to it.
class BusTest : public testing::Test {
 protected:
  Bus& serve(milliseconds patience = milliseconds(20'000)) {
    const std::string path = system_.path("private");
    socket_.emplace(path, service_);
    bus_.emplace(Bus::direct(path, after(patience)));
    return *bus_;
  }

  FakeService service_;

 private:
  TempSystem system_;
  std::optional<FakePrivateSocket> socket_;
  std::optional<Bus> bus_;
};

}  // namespace

TEST_F(BusTest, ReadsPropertiesOfEachType) {
  service_.property(kObject.path, kInterface, "Name", std::string("thing"))
      .property(kObject.path, kInterface, "On", true)
      .property(kObject.path, kInterface, "Off", false)
      .property(kObject.path, kInterface, "Narrow", std::uint32_t{4294967295})
      .property(kObject.path, kInterface, "Wide", std::uint64_t{18446744073709551615u});
  Bus& bus = serve();
  EXPECT_EQ(bus.text(kObject, kInterface, "Name"), "thing");
  EXPECT_EQ(bus.boolean(kObject, kInterface, "On"), true);
  EXPECT_EQ(bus.boolean(kObject, kInterface, "Off"), false);
  EXPECT_EQ(bus.number(kObject, kInterface, "Narrow"), 4294967295u);
  EXPECT_EQ(bus.number(kObject, kInterface, "Wide"), 18446744073709551615u);
}

TEST_F(BusTest, TakesAPropertyOfAnotherTypeForMissing) {
  service_.property(kObject.path, kInterface, "Name", std::string("thing"))
      .property(kObject.path, kInterface, "On", true)
      .property(kObject.path, kInterface, "Wide", std::uint64_t{7});
  Bus& bus = serve();
  EXPECT_EQ(bus.number(kObject, kInterface, "Name"), std::nullopt);
  EXPECT_EQ(bus.boolean(kObject, kInterface, "Name"), std::nullopt);
  EXPECT_EQ(bus.text(kObject, kInterface, "On"), std::nullopt);
  EXPECT_EQ(bus.number(kObject, kInterface, "On"), std::nullopt);
  EXPECT_EQ(bus.text(kObject, kInterface, "Wide"), std::nullopt);
  // The connection is of use after that.
  EXPECT_EQ(bus.number(kObject, kInterface, "Wide"), 7u);
}

TEST_F(BusTest, KnowsNoPropertyThatTheObjectDoesNotHave) {
  service_.property(kObject.path, kInterface, "Name", std::string("thing"));
  Bus& bus = serve();
  EXPECT_EQ(bus.text(kObject, kInterface, "None"), std::nullopt);
  EXPECT_EQ(bus.text({"org.example", "/org/example/none"}, kInterface, "Name"), std::nullopt);
  EXPECT_EQ(bus.text(kObject, "org.example.None", "Name"), std::nullopt);
  EXPECT_EQ(bus.text(kObject, kInterface, "Name"), "thing");
}

TEST_F(BusTest, ReadsAnArrayOfStructures) {
  service_.method("org.example.Thing.List", [](sd_bus_message* reply) {
    sd_bus_message_append(reply, "a(suo)", 2, "first", 1, "/one", "second", 2, "/two");
  });
  BusReply reply = serve().call(kObject, kInterface, "List");
  reply.enterArray("(suo)");
  std::string all;
  while (reply.enterStruct("suo")) {
    all += reply.text();
    all += std::to_string(reply.number());
    all += reply.text();
    reply.leave();
  }
  reply.leave();
  EXPECT_EQ(all, "first1/onesecond2/two");
}

TEST_F(BusTest, ReadsAnEmptyArray) {
  service_.method("org.example.Thing.List",
                  [](sd_bus_message* reply) { sd_bus_message_append(reply, "a(su)", 0); });
  BusReply reply = serve().call(kObject, kInterface, "List");
  reply.enterArray("(su)");
  EXPECT_FALSE(reply.enterStruct("su"));
}

TEST_F(BusTest, RefusesAnAnswerOfAnotherForm) {
  service_
      .method("org.example.Thing.Other",
              [](sd_bus_message* reply) { sd_bus_message_append(reply, "a(us)", 1, 1, "x"); })
      .method("org.example.Thing.Text",
              [](sd_bus_message* reply) { sd_bus_message_append(reply, "s", "x"); })
      .method("org.example.Thing.Empty", [](sd_bus_message*) {});
  Bus& bus = serve();
  const auto ask = [&](const char* method, auto read) {
    BusReply reply = bus.call(kObject, kInterface, method);
    return errorOf([&] { read(reply); });
  };
  const auto array = [](BusReply& reply) { reply.enterArray("(su)"); };
  EXPECT_THAT(ask("Other", array), HasSubstr("unexpected answer"));
  EXPECT_THAT(ask("Text", array), HasSubstr("unexpected answer"));
  EXPECT_THAT(ask("Text", [](BusReply& reply) { reply.number(); }), HasSubstr("unexpected answer"));
  EXPECT_THAT(ask("Text", [](BusReply& reply) { reply.leave(); }), HasSubstr("unexpected answer"));
}

TEST_F(BusTest, RefusesAnAnswerThatEndsEarly) {
  service_.method("org.example.Thing.Empty", [](sd_bus_message*) {});
  Bus& bus = serve();
  const auto ask = [&](auto read) {
    BusReply reply = bus.call(kObject, kInterface, "Empty");
    return errorOf([&] { read(reply); });
  };
  EXPECT_THAT(ask([](BusReply& reply) { reply.text(); }), HasSubstr("unexpected answer"));
  EXPECT_THAT(ask([](BusReply& reply) { reply.number(); }), HasSubstr("unexpected answer"));
  EXPECT_THAT(ask([](BusReply& reply) { reply.enterArray("s"); }), HasSubstr("unexpected answer"));
}

TEST_F(BusTest, NamesTheMethodThatFailed) {
  EXPECT_THAT(errorOf([&] { serve().call(kObject, kInterface, "None"); }),
              HasSubstr("None: no method org.example.Thing.None"));
}

TEST_F(BusTest, WaitsNoLongerThanItsDeadline) {
  service_.silent("List").silent("Name");
  Bus& bus = serve(milliseconds(200));
  EXPECT_THAT(errorOf([&] { bus.call(kObject, kInterface, "List"); }), HasSubstr("timed out"));
  EXPECT_THAT(errorOf([&] { bus.text(kObject, kInterface, "Name"); }), HasSubstr("timed out"));
}

TEST(Bus, NamesASocketThatIsNotThere) {
  TempSystem system;
  const std::string path = system.path("none");
  EXPECT_EQ(errorOf([&] { Bus::direct(path, after(milliseconds(20'000))); }),
            path + ": No such file or directory");
}

TEST(Bus, DoesNotWaitForAGreetingThatNeverComes) {
  TempSystem system;
  const std::string path = system.path("silent");
  const Descriptor server(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  ASSERT_LT(path.size(), sizeof address.sun_path);
  std::memcpy(address.sun_path, path.data(), path.size());
  ASSERT_EQ(bind(server.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(listen(server.get(), 1), 0);
  EXPECT_EQ(errorOf([&] { Bus::direct(path, after(milliseconds(100))); }), path + ": timed out");
}

TEST(Bus, ReachesASocketWhosePathNeedsEscapes) {
  TempSystem system;
  const FakeService service;
  const std::string path = system.path("a b;c=d,e%f");
  const FakePrivateSocket socket(path, service);
  EXPECT_EQ(errorOf([&] { Bus::direct(path, after(milliseconds(20'000))); }), "");
}

}  // namespace orchestrator_exporter
