#include "exporter/daemons/systemd_library.h"

#include <dlfcn.h>

#include <string>

#include "exporter/daemons/bus.h"

namespace orchestrator_exporter {

namespace {

std::string lastError() {
  const char* const error = dlerror();
  return error != nullptr ? error : "cannot be loaded";
}

template <typename Function>
void find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, name));
  if (function == nullptr) throw BusError("libsystemd: " + lastError());
}

}  // namespace

SystemdLibrary loadSystemdLibrary(const char* file) {
  void* const library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw BusError("libsystemd: " + lastError());
  SystemdLibrary functions{};
  find(library, "sd_bus_call", functions.call);
  find(library, "sd_bus_close_unref", functions.close_unref);
  find(library, "sd_bus_error_free", functions.error_free);
  find(library, "sd_bus_is_open", functions.is_open);
  find(library, "sd_bus_is_ready", functions.is_ready);
  find(library, "sd_bus_message_append", functions.message_append);
  find(library, "sd_bus_message_enter_container", functions.message_enter_container);
  find(library, "sd_bus_message_exit_container", functions.message_exit_container);
  find(library, "sd_bus_message_new_method_call", functions.message_new_method_call);
  find(library, "sd_bus_message_peek_type", functions.message_peek_type);
  find(library, "sd_bus_message_read_basic", functions.message_read_basic);
  find(library, "sd_bus_message_unref", functions.message_unref);
  find(library, "sd_bus_new", functions.create);
  find(library, "sd_bus_open_system", functions.open_system);
  find(library, "sd_bus_process", functions.process);
  find(library, "sd_bus_set_address", functions.set_address);
  find(library, "sd_bus_start", functions.start);
  find(library, "sd_bus_wait", functions.wait);
  return functions;
}

const SystemdLibrary& systemd() {
  static const SystemdLibrary library = loadSystemdLibrary("libsystemd.so.0");
  return library;
}

}  // namespace orchestrator_exporter
