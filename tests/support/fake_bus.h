#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <variant>

#include "tests/support/child_process.h"

struct sd_bus;
struct sd_bus_message;

namespace orchestrator_exporter {

// A service on D-Bus that answers what the test has told it, and everything else with an error.
// Tell it all before it serves.
class FakeService {
 public:
  using Value = std::variant<std::string, bool, std::uint32_t, std::uint64_t>;
  using Fill = std::function<void(sd_bus_message* reply)>;

  FakeService& property(const std::string& path, const std::string& interface,
                        const std::string& name, Value value);
  // `method` with its interface; `fill` appends the answer.
  FakeService& method(const std::string& method, Fill fill);
  // Never answers calls of this method, or questions for this property.
  FakeService& silent(const std::string& name);

  // Answers one call; what sd-bus wants back from a filter.
  int answer(sd_bus_message* call) const;

 private:
  int answerGet(sd_bus_message* call) const;

  std::map<std::string, Value> properties_;
  std::map<std::string, Fill> methods_;
  std::map<std::string, bool> silent_;
};

// A dbus-daemon of its own with the service on it under a name; DBUS_SYSTEM_BUS_ADDRESS leads there
// for as long as it lives.
class FakeSystemBus {
 public:
  // Whether there is a dbus-daemon to start.
  static bool available();

  FakeSystemBus(const std::string& name, const FakeService& service);
  ~FakeSystemBus();
  FakeSystemBus(const FakeSystemBus&) = delete;
  FakeSystemBus& operator=(const FakeSystemBus&) = delete;

 private:
  std::string directory_;
  test::ChildProcess daemon_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

// The service at a socket of its own, without a bus; takes one connection.
class FakePrivateSocket {
 public:
  FakePrivateSocket(const std::string& path, const FakeService& service);
  ~FakePrivateSocket();
  FakePrivateSocket(const FakePrivateSocket&) = delete;
  FakePrivateSocket& operator=(const FakePrivateSocket&) = delete;

 private:
  int listening_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace orchestrator_exporter
