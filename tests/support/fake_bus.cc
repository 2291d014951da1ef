#include "tests/support/fake_bus.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace orchestrator_exporter {

namespace {

constexpr const char* kDaemon = "/usr/bin/dbus-daemon";

void require(bool fine, const char* what) {
  if (!fine) throw std::runtime_error(std::string("fake bus: ") + what);
}

int append(sd_bus_message* reply, const FakeService::Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    return sd_bus_message_append(reply, "v", "s", text->c_str());
  }
  if (const auto* flag = std::get_if<bool>(&value)) {
    return sd_bus_message_append(reply, "v", "b", static_cast<int>(*flag));
  }
  if (const auto* narrow = std::get_if<std::uint32_t>(&value)) {
    return sd_bus_message_append(reply, "v", "u", *narrow);
  }
  return sd_bus_message_append(reply, "v", "t", std::get<std::uint64_t>(value));
}

// Answers until the other side hangs up or the test ends; takes the connection over.
void serve(sd_bus* connection, const FakeService& service, const std::atomic<bool>& stopping) {
  constexpr std::uint64_t kLookUpEvery = 10'000;  // microseconds
  const auto answer = [](sd_bus_message* call, void* self, sd_bus_error*) {
    return static_cast<const FakeService*>(self)->answer(call);
  };
  sd_bus_add_filter(connection, nullptr, answer, const_cast<FakeService*>(&service));
  while (!stopping) {
    const int processed = sd_bus_process(connection, nullptr);
    if (processed < 0) break;
    if (processed == 0 && sd_bus_wait(connection, kLookUpEvery) < 0) break;
  }
  sd_bus_flush_close_unref(connection);
}

// An empty directory of its own.
std::string makeDirectory() {
  std::string pattern = (std::filesystem::temp_directory_path() / "bus.XXXXXX").string();
  require(mkdtemp(pattern.data()) != nullptr, "mkdtemp");
  return pattern;
}

// A configuration that lets everybody do everything.
std::string writeConfiguration(const std::string& directory) {
  const std::string path = directory + "/config";
  std::ofstream(path) << "<busconfig><listen>unix:path=" << directory << "/socket</listen>"
                      << "<policy context=\"default\"><allow own=\"*\"/>"
                      << "<allow send_destination=\"*\" eavesdrop=\"true\"/>"
                      << "<allow eavesdrop=\"true\"/></policy></busconfig>\n";
  return path;
}

}  // namespace

FakeService& FakeService::property(const std::string& path, const std::string& interface,
                                   const std::string& name, Value value) {
  properties_[path + " " + interface + " " + name] = std::move(value);
  return *this;
}

FakeService& FakeService::method(const std::string& method, Fill fill) {
  methods_[method] = std::move(fill);
  return *this;
}

FakeService& FakeService::silent(const std::string& name) {
  silent_[name] = true;
  return *this;
}

int FakeService::answerGet(sd_bus_message* call) const {
  const char* interface = nullptr;
  const char* name = nullptr;
  if (sd_bus_message_read(call, "ss", &interface, &name) < 0) return -EINVAL;
  if (silent_.contains(name)) return 1;
  const auto found =
      properties_.find(std::string(sd_bus_message_get_path(call)) + " " + interface + " " + name);
  if (found == properties_.end()) {
    return sd_bus_reply_method_errorf(call, SD_BUS_ERROR_UNKNOWN_PROPERTY, "no property %s", name);
  }
  sd_bus_message* reply = nullptr;
  if (sd_bus_message_new_method_return(call, &reply) < 0) return -ENOMEM;
  append(reply, found->second);
  const int sent = sd_bus_send(nullptr, reply, nullptr);
  sd_bus_message_unref(reply);
  return sent < 0 ? sent : 1;
}

int FakeService::answer(sd_bus_message* call) const {
  if (sd_bus_message_is_method_call(call, nullptr, nullptr) <= 0) return 0;
  const std::string name =
      std::string(sd_bus_message_get_interface(call)) + "." + sd_bus_message_get_member(call);
  if (name == "org.freedesktop.DBus.Properties.Get") return answerGet(call);
  if (silent_.contains(sd_bus_message_get_member(call))) return 1;
  const auto found = methods_.find(name);
  if (found == methods_.end()) {
    return sd_bus_reply_method_errorf(call, SD_BUS_ERROR_UNKNOWN_METHOD, "no method %s",
                                      name.c_str());
  }
  sd_bus_message* reply = nullptr;
  if (sd_bus_message_new_method_return(call, &reply) < 0) return -ENOMEM;
  found->second(reply);
  const int sent = sd_bus_send(nullptr, reply, nullptr);
  sd_bus_message_unref(reply);
  return sent < 0 ? sent : 1;
}

bool FakeSystemBus::available() { return access(kDaemon, X_OK) == 0; }

FakeSystemBus::FakeSystemBus(const std::string& name, const FakeService& service)
    : directory_(makeDirectory()),
      daemon_({kDaemon, "--config-file=" + writeConfiguration(directory_), "--print-address",
               "--nofork", "--nopidfile"},
              test::ChildProcess::Stream::kOutput) {
  require(daemon_.readLine().has_value(), "dbus-daemon did not start");
  setenv("DBUS_SYSTEM_BUS_ADDRESS", ("unix:path=" + directory_ + "/socket").c_str(), 1);
  sd_bus* connection = nullptr;
  require(sd_bus_open_system(&connection) >= 0, "cannot connect");
  require(sd_bus_request_name(connection, name.c_str(), 0) >= 0, "cannot take the name");
  thread_ = std::thread([this, connection, &service] { serve(connection, service, stopping_); });
}

FakeSystemBus::~FakeSystemBus() {
  stopping_ = true;
  thread_.join();
  unsetenv("DBUS_SYSTEM_BUS_ADDRESS");
  std::filesystem::remove_all(directory_);
}

FakePrivateSocket::FakePrivateSocket(const std::string& path, const FakeService& service)
    : listening_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  require(path.size() < sizeof address.sun_path, "path too long");
  std::memcpy(address.sun_path, path.data(), path.size());
  require(bind(listening_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0, "bind");
  require(listen(listening_, 1) == 0, "listen");
  thread_ = std::thread([this, &service] {
    const int accepted = accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (accepted < 0) return;
    sd_bus* connection = nullptr;
    sd_bus_new(&connection);
    sd_bus_set_fd(connection, accepted, accepted);
    sd_bus_set_server(connection, 1, {});
    sd_bus_start(connection);
    serve(connection, service, stopping_);
  });
}

FakePrivateSocket::~FakePrivateSocket() {
  stopping_ = true;
  shutdown(listening_, SHUT_RDWR);
  thread_.join();
  close(listening_);
}

}  // namespace orchestrator_exporter
