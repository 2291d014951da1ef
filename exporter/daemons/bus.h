#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

struct sd_bus;
struct sd_bus_message;

namespace orchestrator_exporter {

// A bus that cannot be reached, a call that failed, an answer of another form than expected.
class BusError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// An object on the bus: who has it, and its path.
struct BusObject {
  std::string destination;
  std::string path;
};

// What a call gave, to be read from front to back. Texts live as long as the reply.
class BusReply {
 public:
  explicit BusReply(sd_bus_message* message);
  ~BusReply();
  BusReply(BusReply&&) noexcept;
  BusReply& operator=(BusReply&&) noexcept;

  // All throw BusError for an answer of another form, or one that ends early.
  //
  // Enter the next array of such elements, or the next structure of such members (`susso`).
  // enterStruct() is false if the array has no more.
  void enterArray(const char* elements);
  bool enterStruct(const char* members);
  void leave();
  // Of type string or object path, unsigned 32 bits.
  const char* text();
  std::uint32_t number();

 private:
  friend class Bus;
  std::unique_ptr<sd_bus_message, sd_bus_message* (*)(sd_bus_message*)> message_;
};

// A connection to D-Bus (D-Bus specification 0.41), for one thread. All calls end at the deadline.
class Bus {
 public:
  using Clock = std::chrono::steady_clock;

  // The system bus: at DBUS_SYSTEM_BUS_ADDRESS, or where it usually is. Throws BusError where it
  // does not take us.
  static Bus system(Clock::time_point deadline);
  // A service that speaks the protocol at a socket of its own, without a bus between.
  static Bus direct(const std::string& socketPath, Clock::time_point deadline);

  // Calls a method without arguments. Throws BusError.
  BusReply call(const BusObject& object, const char* interface, const char* method);

  // A property of type string; of type boolean; of any type of whole number. nullopt where the
  // object has no such property or it cannot be read. Throws BusError only where the connection
  // is lost or the time is up.
  std::optional<std::string> text(const BusObject& object, const char* interface,
                                  const char* property);
  std::optional<bool> boolean(const BusObject& object, const char* interface, const char* property);
  std::optional<std::uint64_t> number(const BusObject& object, const char* interface,
                                      const char* property);

 private:
  using Connection = std::unique_ptr<sd_bus, sd_bus* (*)(sd_bus*)>;

  Bus(Connection connection, Clock::time_point deadline, std::string name);
  std::uint64_t microsecondsLeft() const;
  void waitUntilReady();
  // The answer to the request, or the error in `error`: null then.
  sd_bus_message* send(sd_bus_message* request, std::string& error);
  // Calls Get: the reply from inside the variant on.
  std::optional<BusReply> get(const BusObject& object, const char* interface, const char* property);

  Connection connection_;
  Clock::time_point deadline_;
  std::string name_;  // for errors
};

}  // namespace orchestrator_exporter
