#pragma once

#include <systemd/sd-bus.h>

namespace orchestrator_exporter {

// What is called of libsystemd (sd-bus(3)), by the names there without sd_bus_.
struct SystemdLibrary {
  decltype(&sd_bus_call) call;
  decltype(&sd_bus_close_unref) close_unref;
  decltype(&sd_bus_error_free) error_free;
  decltype(&sd_bus_is_open) is_open;
  decltype(&sd_bus_is_ready) is_ready;
  decltype(&sd_bus_message_append) message_append;
  decltype(&sd_bus_message_enter_container) message_enter_container;
  decltype(&sd_bus_message_exit_container) message_exit_container;
  decltype(&sd_bus_message_new_method_call) message_new_method_call;
  decltype(&sd_bus_message_peek_type) message_peek_type;
  decltype(&sd_bus_message_read_basic) message_read_basic;
  decltype(&sd_bus_message_unref) message_unref;
  decltype(&sd_bus_new) create;
  decltype(&sd_bus_open_system) open_system;
  decltype(&sd_bus_process) process;
  decltype(&sd_bus_set_address) set_address;
  decltype(&sd_bus_start) start;
  decltype(&sd_bus_wait) wait;
};

// Loads the library with the first call, because it and the libraries that it needs take more
// memory than many scrapes, and few hosts ask systemd or logind. Throws BusError if there is no
// libsystemd; the next call looks for it again. Thread-safe.
const SystemdLibrary& systemd();

// Loads a library by its file name or path. Throws BusError if it is not there, is no library or
// lacks a function. It stays loaded.
SystemdLibrary loadSystemdLibrary(const char* file);

}  // namespace orchestrator_exporter
