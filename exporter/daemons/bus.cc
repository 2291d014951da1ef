#include "exporter/daemons/bus.h"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "exporter/daemons/systemd_library.h"

namespace orchestrator_exporter {

namespace {

std::string reason(int error) { return std::generic_category().message(std::abs(error)); }

void check(int result, std::string_view what) {
  if (result < 0) throw BusError(std::string(what) + ": " + reason(result));
}

// Of what must be there: sd-bus answers 0 at the end of a message.
void need(int result) {
  check(result, "unexpected answer");
  if (result == 0) throw BusError("unexpected answer: it ends early");
}

// A path as a D-Bus address holds it: other bytes than these are written as %xx.
std::string escapeAddress(std::string_view path) {
  constexpr std::string_view kPlain =
      "-_/.\\*0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  constexpr char kDigits[] = "0123456789abcdef";
  std::string escaped;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (kPlain.find(c) != std::string_view::npos) {
      escaped += c;
    } else {
      escaped.append(1, '%').append(1, kDigits[byte >> 4]).append(1, kDigits[byte & 15]);
    }
  }
  return escaped;
}

}  // namespace

BusReply::BusReply(sd_bus_message* message) : message_(message, systemd().message_unref) {}
BusReply::~BusReply() = default;
BusReply::BusReply(BusReply&&) noexcept = default;
BusReply& BusReply::operator=(BusReply&&) noexcept = default;

void BusReply::enterArray(const char* elements) {
  need(systemd().message_enter_container(message_.get(), SD_BUS_TYPE_ARRAY, elements));
}

bool BusReply::enterStruct(const char* members) {
  const int entered =
      systemd().message_enter_container(message_.get(), SD_BUS_TYPE_STRUCT, members);
  check(entered, "unexpected answer");
  return entered > 0;
}

void BusReply::leave() {
  check(systemd().message_exit_container(message_.get()), "unexpected answer");
}

const char* BusReply::text() {
  const char* contents = nullptr;
  char type = 0;
  need(systemd().message_peek_type(message_.get(), &type, nullptr));
  need(systemd().message_read_basic(message_.get(), type == 'o' ? 'o' : 's', &contents));
  return contents;
}

std::uint32_t BusReply::number() {
  std::uint32_t value = 0;
  need(systemd().message_read_basic(message_.get(), 'u', &value));
  return value;
}

Bus::Bus(Connection connection, Clock::time_point deadline, std::string name)
    : connection_(std::move(connection)), deadline_(deadline), name_(std::move(name)) {
  waitUntilReady();
}

Bus Bus::system(Clock::time_point deadline) {
  sd_bus* opened = nullptr;
  check(systemd().open_system(&opened), "system bus");
  return {Connection(opened, systemd().close_unref), deadline, "system bus"};
}

Bus Bus::direct(const std::string& socketPath, Clock::time_point deadline) {
  sd_bus* made = nullptr;
  check(systemd().create(&made), socketPath);
  Connection connection(made, systemd().close_unref);
  check(systemd().set_address(made, ("unix:path=" + escapeAddress(socketPath)).c_str()),
        socketPath);
  check(systemd().start(made), socketPath);
  return {std::move(connection), deadline, socketPath};
}

std::uint64_t Bus::microsecondsLeft() const {
  // What sd-bus itself waits at most for an answer.
  constexpr std::chrono::microseconds kMost = std::chrono::seconds(25);
  const auto now = Clock::now();
  if (deadline_ <= now) throw BusError(name_ + ": timed out");
  if (deadline_ - now >= kMost) return static_cast<std::uint64_t>(kMost.count());
  const auto left = std::chrono::duration_cast<std::chrono::microseconds>(deadline_ - now);
  return static_cast<std::uint64_t>(std::max<std::int64_t>(left.count(), 1));
}

// A call would wait for the greeting too, but not with our time-out.
void Bus::waitUntilReady() {
  while (true) {
    const int ready = systemd().is_ready(connection_.get());
    check(ready, name_);
    if (ready > 0) return;
    const int processed = systemd().process(connection_.get(), nullptr);
    check(processed, name_);
    if (processed == 0) check(systemd().wait(connection_.get(), microsecondsLeft()), name_);
  }
}

sd_bus_message* Bus::send(sd_bus_message* request, std::string& error) {
  sd_bus_error answered{};
  sd_bus_message* answer = nullptr;
  const int result =
      systemd().call(connection_.get(), request, microsecondsLeft(), &answered, &answer);
  if (result < 0) error = answered.message != nullptr ? answered.message : reason(result);
  systemd().error_free(&answered);
  // An error that is an answer leaves the connection as it was.
  if (result == -ETIMEDOUT || systemd().is_open(connection_.get()) <= 0) {
    throw BusError(name_ + ": " + error);
  }
  return answer;
}

BusReply Bus::call(const BusObject& object, const char* interface, const char* method) {
  sd_bus_message* made = nullptr;
  check(systemd().message_new_method_call(connection_.get(), &made, object.destination.c_str(),
                                          object.path.c_str(), interface, method),
        method);
  const BusReply request(made);
  std::string error;
  sd_bus_message* const answer = send(made, error);
  if (answer == nullptr) throw BusError(name_ + ": " + method + ": " + error);
  return BusReply(answer);
}

std::optional<BusReply> Bus::get(const BusObject& object, const char* interface,
                                 const char* property) {
  sd_bus_message* made = nullptr;
  check(systemd().message_new_method_call(connection_.get(), &made, object.destination.c_str(),
                                          object.path.c_str(), "org.freedesktop.DBus.Properties",
                                          "Get"),
        property);
  const BusReply request(made);
  check(systemd().message_append(made, "ss", interface, property), property);
  std::string error;
  sd_bus_message* const answer = send(made, error);
  if (answer == nullptr) return std::nullopt;
  BusReply reply(answer);
  const char* contents = nullptr;
  if (systemd().message_peek_type(answer, nullptr, &contents) <= 0 ||
      systemd().message_enter_container(answer, SD_BUS_TYPE_VARIANT, contents) <= 0) {
    return std::nullopt;
  }
  return reply;
}

std::optional<std::string> Bus::text(const BusObject& object, const char* interface,
                                     const char* property) {
  const auto reply = get(object, interface, property);
  const char* contents = nullptr;
  if (!reply || systemd().message_read_basic(reply->message_.get(), 's', &contents) <= 0) {
    return std::nullopt;
  }
  return contents;
}

std::optional<bool> Bus::boolean(const BusObject& object, const char* interface,
                                 const char* property) {
  const auto reply = get(object, interface, property);
  int value = 0;
  if (!reply || systemd().message_read_basic(reply->message_.get(), 'b', &value) <= 0) {
    return std::nullopt;
  }
  return value != 0;
}

std::optional<std::uint64_t> Bus::number(const BusObject& object, const char* interface,
                                         const char* property) {
  const auto reply = get(object, interface, property);
  if (!reply) return std::nullopt;
  sd_bus_message* const message = reply->message_.get();
  std::uint64_t wide = 0;
  if (systemd().message_read_basic(message, 't', &wide) > 0) return wide;
  std::uint32_t narrow = 0;
  if (systemd().message_read_basic(message, 'u', &narrow) > 0) return narrow;
  return std::nullopt;
}

}  // namespace orchestrator_exporter
