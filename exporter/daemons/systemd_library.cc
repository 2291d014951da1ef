#include "exporter/daemons/systemd_library.h"

#include <stdexcept>

#include "exporter/daemons/bus.h"
#include "metrics/base/process/shared_library.h"

namespace orchestrator_exporter {

namespace {

constexpr const char* kLibsystemd = "libsystemd.so.0";

ServiceManagerLibrary loadServiceManagerLibrary() try {
  const SharedLibrary library("libsystemd", kLibsystemd);
  ServiceManagerLibrary functions{};
  library.find("sd_notify", functions.notify);
  library.find("sd_watchdog_enabled", functions.watchdogEnabled);
  return functions;
} catch (const std::runtime_error& error) {
  throw BusError(error.what());
}

}  // namespace

SystemdLibrary loadSystemdLibrary(const char* file) try {
  const SharedLibrary library("libsystemd", file);
  SystemdLibrary functions{};
  library.find("sd_bus_call", functions.call);
  library.find("sd_bus_close_unref", functions.close_unref);
  library.find("sd_bus_error_free", functions.error_free);
  library.find("sd_bus_is_open", functions.is_open);
  library.find("sd_bus_is_ready", functions.is_ready);
  library.find("sd_bus_message_append", functions.message_append);
  library.find("sd_bus_message_enter_container", functions.message_enter_container);
  library.find("sd_bus_message_exit_container", functions.message_exit_container);
  library.find("sd_bus_message_new_method_call", functions.message_new_method_call);
  library.find("sd_bus_message_peek_type", functions.message_peek_type);
  library.find("sd_bus_message_read_basic", functions.message_read_basic);
  library.find("sd_bus_message_unref", functions.message_unref);
  library.find("sd_bus_new", functions.create);
  library.find("sd_bus_open_system", functions.open_system);
  library.find("sd_bus_process", functions.process);
  library.find("sd_bus_set_address", functions.set_address);
  library.find("sd_bus_start", functions.start);
  library.find("sd_bus_wait", functions.wait);
  return functions;
} catch (const std::runtime_error& error) {
  throw BusError(error.what());
}

const SystemdLibrary& systemd() {
  static const SystemdLibrary library = loadSystemdLibrary(kLibsystemd);
  return library;
}

const ServiceManagerLibrary& serviceManagerLibrary() {
  static const ServiceManagerLibrary library = loadServiceManagerLibrary();
  return library;
}

}  // namespace orchestrator_exporter
